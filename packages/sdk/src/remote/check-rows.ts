import { createLayerHash, createTreeCheck, type LayerHash } from "@bale/core";
import type { LayeredRow } from "@bale/engine";
import { BaleError, type LayerName } from "@bale/spec";
import { nodeHasher } from "@bale/storage";
import type { RemoteTree } from "./remote-tree.js";

/**
 * Walks the rows of whole layers once, before anything is made of them: together they are one tree without twins and without a file that
 * is a folder, links stay inside and pass through no other link, and each layer has the digest that the root gives it. Only then does the
 * content digest, which a person may have compared, speak of these files.
 * @throws BaleError `NAME_COLLISION`, `UNSAFE_PATH`, `LINK_UNSAFE`, `LIMIT`, `INDEX_INVALID`, and those of the tables
 */
export function checkRows(tree: RemoteTree, rows: Iterable<LayeredRow>): void {
  const check = createTreeCheck();
  const hashes = new Map<LayerName, LayerHash>();
  for (const { layer, row } of rows) {
    check.add(row.path, row.kind, row.target);
    let hash = hashes.get(layer);
    if (!hash) {
      hash = createLayerHash(nodeHasher);
      hashes.set(layer, hash);
    }
    hash.add(row);
  }
  check.finish();
  for (const [layer, hash] of hashes) compareSums(tree, layer, hash);
}

function compareSums(tree: RemoteTree, layer: LayerName, hash: LayerHash): void {
  const said = tree.bundle.root.layers.get(layer);
  const found = hash.finish();
  if (said && said.digest === found.digest && said.files === found.files && said.size === found.size) return;
  throw new BaleError({
    code: "INDEX_INVALID",
    message: `the layer ${layer} of ${tree.state.name} is not what its root says`,
    why: `the root says ${said?.digest}, ${said?.files} files and ${said?.size} bytes; its tables give ${found.digest}, ${found.files} files and ${found.size} bytes`,
    fix: "tell whoever pushed the bundle; nothing was changed here",
    context: { layer, expected: said?.digest ?? "", actual: found.digest },
  });
}
