import { readExtents } from "@bale/engine";
import { BaleError, type ByteStream, type LongCallOptions } from "@bale/spec";
import { nodeHasher } from "@bale/storage";
import type { ClientContext } from "../client/client-context.js";
import type { RemotePorts, RemoteTree } from "../remote/remote-tree.js";
import { findRow } from "./list.js";
import { openReference, requirePath } from "./open-reference.js";

async function* checked(
  tree: RemoteTree,
  found: Awaited<ReturnType<typeof findRow>>,
  signal: AbortSignal | undefined,
): ByteStream {
  const { row } = found;
  const hash = nodeHasher.begin();
  let size = 0;
  for await (const chunk of readExtents(row, tree, signal)) {
    hash.update(chunk);
    size += chunk.length;
    yield chunk;
  }
  if (size !== row.size || hash.finish() !== row.digest)
    throw new BaleError({
      code: "DIGEST_MISMATCH",
      message: `${JSON.stringify(row.path)} does not have the content that the bundle promises`,
      why: "the bytes that were just written out are wrong; do not use them",
      context: { path: row.path, expected: row.digest },
    });
}

/** `bale cat REF//PATH`: of a link, its target. The last step throws when the bytes were not the bundle's. */
export async function cat(
  context: ClientContext,
  text: string,
  ports: RemotePorts,
  options: LongCallOptions = {},
): Promise<{ readonly size: number; readonly content: ByteStream }> {
  const { reference, path } = requirePath(text);
  const tree = await openReference(context, reference, ports, options);
  const found = await findRow(tree, path, options);
  if (found.row.kind !== "link")
    return { size: found.row.size, content: checked(tree, found, options.signal) };
  const target = new TextEncoder().encode(found.row.target ?? "");
  return {
    size: target.length,
    content: (async function* () {
      yield target;
    })(),
  };
}
