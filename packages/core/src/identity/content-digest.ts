import {
  BALE_LAYER,
  BaleError,
  comparePaths,
  DEFAULT_LAYER,
  type Digest,
  type Hasher,
  type LayerName,
  type RoleName,
  type Root,
} from "@bale/spec";
import type { LayerIdentity } from "./layer-hash.js";

export interface ContentIdentity {
  readonly layers: ReadonlyMap<LayerName, LayerIdentity>;
  readonly roles: ReadonlyMap<RoleName, readonly LayerName[]>;
  readonly defaultRole?: RoleName | undefined;
}

const encoder = new TextEncoder();

/** Whether a layer counts: declared ones always, the two reserved ones only when they hold files. */
export function layerCounts(name: LayerName, files: number): boolean {
  return files > 0 || (name !== BALE_LAYER && name !== DEFAULT_LAYER);
}

/** The digest of a bundle's content: format, "Identity". The same whatever envelope, packing, store or registry holds the files. */
export function contentDigest(identity: ContentIdentity, hasher: Hasher): Digest {
  const lines: string[] = [];
  for (const [name, layer] of identity.layers)
    if (layerCounts(name, layer.files))
      lines.push(`layer ${name} ${layer.digest} ${layer.files} ${layer.size}\n`);
  for (const [name, layers] of identity.roles)
    lines.push(`role ${name} ${[...layers].sort(comparePaths).join(",")}\n`);
  if (identity.defaultRole !== undefined) lines.push(`default ${identity.defaultRole}\n`);
  return hasher.digest(encoder.encode(`bale-content-1\n${lines.sort(comparePaths).join("")}`));
}

/** Proves that a root's content digest is that of its own layers and roles. @throws BaleError `INDEX_INVALID` */
export function checkContentDigest(root: Root, hasher: Hasher): void {
  const actual = contentDigest(root, hasher);
  if (actual === root.contentDigest) return;
  throw new BaleError({
    code: "INDEX_INVALID",
    message: "the root's content digest is not that of its layers and roles",
    why: `it says ${root.contentDigest}; its layers and roles give ${actual}`,
    context: { contentDigest: root.contentDigest, actual },
  });
}
