import { BaleError, type BundlePath, type LongCallOptions, parseBundlePath } from "@bale/spec";
import type { ClientContext } from "../client/client-context.js";
import { lookUp, openTree, type RemotePorts, type RemoteTree } from "../remote/remote-tree.js";

/** `REF//PATH` in its two parts. */
export function splitPath(text: string): {
  readonly reference: string;
  readonly path: BundlePath | undefined;
} {
  const at = text.indexOf("//");
  if (at < 0) return { reference: text, path: undefined };
  return { reference: text.slice(0, at), path: parseBundlePath(text.slice(at + 2)) };
}

/** @throws BaleError `USAGE` without a path */
export function requirePath(text: string): { readonly reference: string; readonly path: BundlePath } {
  const { reference, path } = splitPath(text);
  if (path !== undefined) return { reference, path };
  throw new BaleError({
    code: "USAGE",
    message: `no path in ${JSON.stringify(text)}`,
    why: "a file of a bundle is named by reference, two slashes and path",
    fix: `write ${text}//path/of/file`,
  });
}

/** One lookup, then the index by digest. */
export async function openReference(
  context: ClientContext,
  text: string,
  ports: RemotePorts,
  options: LongCallOptions & { readonly platform?: string | undefined } = {},
): Promise<RemoteTree> {
  const found = await lookUp(context, context.parse(text), options);
  return openTree(context, found, ports, options);
}
