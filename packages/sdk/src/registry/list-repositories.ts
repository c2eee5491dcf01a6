import { BaleError, type LongCallOptions } from "@bale/spec";
import type { ClientContext } from "../client/client-context.js";
import { type Namespace, parseNamespace } from "./parse-namespace.js";

/** What `repositories` found out before the first name comes. */
export interface RepositoryList extends Namespace {
  /** References without a tag, such as `ghcr.io/acme/app`, as the registry lists them. */
  readonly references: AsyncIterable<string>;
}

async function* below(
  { registry, namespace }: Namespace,
  names: AsyncIterable<string>,
): AsyncGenerator<string> {
  for await (const name of names)
    if (namespace === undefined || name === namespace || name.startsWith(`${namespace}/`))
      yield `${registry}/${name}`;
}

/**
 * `bale registry ls [NAMESPACE]`: the repositories of a registry, or of a namespace of it, page by page as they are wanted.
 * @throws BaleError `REFERENCE_INVALID`; from `references` `CAPABILITY_MISSING` for registries that list none, `AUTH_FAILED`, `DENIED` and what
 *   else a request meets
 */
export async function listRepositories(
  context: ClientContext,
  text: string | undefined,
  options: LongCallOptions = {},
): Promise<RepositoryList> {
  const named = parseNamespace(text, context.options.user?.defaultRegistry);
  const { registry, namespace } = named;
  // The name is only asked for by settings and credentials, which may be those of the namespace.
  const remote = await context.openRemote({
    kind: "registry",
    registry,
    repository: namespace ?? "catalog",
  });
  if (!remote.listRepositories)
    throw new BaleError({
      code: "CAPABILITY_MISSING",
      message: `${registry} lists no repositories`,
      why: "the plugin that opens it has no list of them",
    });
  return { ...named, references: below(named, remote.listRepositories({ signal: options.signal })) };
}
