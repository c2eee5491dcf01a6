import { entriesOf } from "@bale/engine";
import { BaleError, type Digest, type TreeEntry } from "@bale/spec";
import type { Workspace } from "@bale/workspace";
import type { ClientContext } from "../client/client-context.js";
import { openTree, type RemotePorts, type RemoteState } from "../remote/remote-tree.js";

/**
 * A push to a reference that is not the upstream leaves the base alone. So that the next push there is compared with what
 * this workspace put there, and not with what the tree was made from, the manifest of that push is remembered by name.
 */
export async function pushedBase(
  context: ClientContext,
  workspace: Workspace,
  found: RemoteState,
  ports: RemotePorts,
): Promise<{ readonly manifest: Digest; readonly entries: Iterable<TreeEntry> } | undefined> {
  const manifest = workspace.state.pushed?.[found.name];
  if (manifest === undefined || found.digest === undefined) return undefined;
  try {
    const tree = await openTree(context, { ...found, digest: manifest }, ports);
    const rows = await tree.bundle.rows();
    return { manifest, entries: { [Symbol.iterator]: () => entriesOf(rows)[Symbol.iterator]() } };
  } catch (error) {
    // The registry has dropped what was pushed then: the workspace's own base is the best that is left.
    if (BaleError.is(error) && error.kind === "not-found") return undefined;
    throw error;
  }
}
