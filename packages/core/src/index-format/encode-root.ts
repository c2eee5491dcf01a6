import { comparePaths, type JsonValue, type LayerSummary, LIMITS, type Root } from "@bale/spec";
import { layerCounts } from "../identity/content-digest.js";
import { canonicalJson } from "../json/canonical-json.js";
import { createIndexErrors } from "./index-error.js";
import { ROOT_MEMBERS } from "./root-members.js";

function layerJson(layer: LayerSummary): JsonValue {
  return {
    digest: layer.digest,
    files: layer.files,
    size: layer.size,
    tables: layer.tables.map(({ digest, size, files, first }) => ({ digest, size, files, first })),
  };
}

/**
 * The bytes of a root: canonical JSON, members unknown to this version included, the layers of a role sorted, empty reserved layers left out.
 * @throws BaleError `LIMIT` past `LIMITS.rootBytes`, `LIMITS.tables` or `LIMITS.files`
 */
export function encodeRoot(root: Root): Uint8Array {
  const errors = createIndexErrors("the root of the index");
  const known = new Set<string>(ROOT_MEMBERS);
  const layers = [...root.layers].filter(([name, layer]) => layerCounts(name, layer.files));
  const files = layers.reduce((sum, [, layer]) => sum + layer.files, 0);
  const tables = layers.reduce((sum, [, layer]) => sum + layer.tables.length, 0);
  if (files > LIMITS.files) throw errors.limit(`a bundle has at most ${LIMITS.files} files, not ${files}`);
  if (tables > LIMITS.tables)
    throw errors.limit(`a bundle has at most ${LIMITS.tables} tables, not ${tables}`);
  const bytes = canonicalJson({
    ...Object.fromEntries(Object.entries(root.unknown).filter(([key]) => !known.has(key))),
    schemaVersion: root.schemaVersion,
    requires: [...root.requires].sort(comparePaths),
    contentDigest: root.contentDigest,
    roles: Object.fromEntries([...root.roles].map(([name, named]) => [name, [...named].sort(comparePaths)])),
    ...(root.defaultRole === undefined ? {} : { defaultRole: root.defaultRole }),
    stores: Object.fromEntries([...root.stores].map(([name, store]) => [name, { ...store }])),
    layers: Object.fromEntries(layers.map(([name, layer]) => [name, layerJson(layer)])),
  });
  if (bytes.length > LIMITS.rootBytes)
    throw errors.limit(`it would have ${bytes.length} bytes; a root has at most ${LIMITS.rootBytes}`);
  return bytes;
}
