import { loadManifest } from "@bale/engine";
import { BaleError, type LongCallOptions, parseTag } from "@bale/spec";
import type { ClientContext } from "../client/client-context.js";
import { lookUp, type RemotePorts, requireDigest } from "../remote/remote-tree.js";
import type { TagResult } from "./registry-types.js";

/** `bale tag REF NEW`: another name for the same manifest. A name that is somewhere else is moved only with `force`. */
export async function tag(
  context: ClientContext,
  reference: string,
  name: string,
  ports: RemotePorts,
  options: LongCallOptions & { readonly force?: boolean | undefined } = {},
): Promise<TagResult> {
  const found = requireDigest(await lookUp(context, context.parse(reference), options));
  const to = parseTag(name);
  const raw = await loadManifest(found.repository, found.digest, ports.cache, options);
  const there = await found.repository.resolve(to, options);
  if (there && there.digest !== found.digest && !options.force)
    throw new BaleError({
      code: "TAG_MOVED",
      message: `the tag ${to} exists already`,
      why: `it is at ${there.digest}`,
      fix: `choose another name, or --force to move it to ${found.digest}`,
      context: { tag: to, actual: there.digest },
    });
  const update = await found.repository.moveTag(to, raw, {
    expect: there?.digest ?? "absent",
    signal: options.signal,
  });
  if (update.outcome === "rejected")
    throw new BaleError({
      code: "TAG_MOVED",
      message: `the tag ${to} moved while it was written`,
      why: `it is now ${update.actual ?? "absent"}`,
      fix: "run the command again",
      context: { tag: to, actual: update.actual ?? "absent" },
    });
  return {
    reference: found.name,
    tag: to,
    manifest: found.digest,
    outcome: update.outcome,
    previous: update.previous,
  };
}

/** `bale untag REF`: removes the name and never the manifest, which other tags may hold. */
export async function untag(
  context: ClientContext,
  reference: string,
  options: LongCallOptions = {},
): Promise<TagResult> {
  const parsed = context.parse(reference);
  if (parsed.kind === "archive" || !parsed.tag)
    throw new BaleError({
      code: "USAGE",
      message: `no tag in ${JSON.stringify(reference)}`,
      why: "a name is removed, and `latest` is never meant by default",
      fix: `write ${reference}:TAG`,
    });
  const found = requireDigest(await lookUp(context, parsed, options));
  await found.repository.deleteTag(parsed.tag, options);
  return {
    reference: found.name,
    tag: parsed.tag,
    manifest: found.digest,
    outcome: "removed",
    previous: found.digest,
  };
}
