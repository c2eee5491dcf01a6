import { BaleError } from "@bale/spec";
import type { CommandCall } from "../definition/command-call.js";

export interface SignInTarget {
  /** Host and port as written. */
  readonly host: string;
  readonly namespace: string | undefined;
  /** For messages: `ghcr.io/acme`. */
  readonly name: string;
}

/** What `HOST[/NAMESPACE]` means; without it the host of defaultRegistry, else that of the upstream that this user chose. @throws BaleError `REFERENCE_INVALID`, `USAGE` */
export async function signInTarget(call: CommandCall, command: string): Promise<SignInTarget> {
  const { parseNamespace, workspaceUpstream } = await import("../work.js");
  const named = (text: string): SignInTarget => {
    const { registry, namespace } = parseNamespace(text, undefined);
    const name = namespace === undefined ? registry : `${registry}/${namespace}`;
    return { host: registry, namespace, name };
  };
  const [written] = call.args;
  if (written !== undefined) return named(written);
  const hostOf = (text: string): string => text.split("/")[0] ?? "";
  const { defaultRegistry } = call.settings;
  if (defaultRegistry !== undefined) return named(hostOf(defaultRegistry));
  // A bale.yaml may be somebody else's: the registry that it names is not offered a password.
  const upstream = await workspaceUpstream(call.cwd);
  if (upstream?.from === "state" && !/^oci:|\.(?:tar|tar\.gz|tgz)$/.test(upstream.reference))
    return named(hostOf(upstream.reference));
  throw new BaleError({
    code: "USAGE",
    message: "no registry is named",
    why: "there is no defaultRegistry, and no upstream that you have pushed to or pulled from",
    fix: `name the registry: \`bale ${command} ghcr.io\``,
  });
}
