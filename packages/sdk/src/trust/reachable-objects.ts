import { parseManifest, parseRoot } from "@bale/core";
import { BaleError, type Digest, LIMITS, type MediaType } from "@bale/spec";
import { readIndexObject, type WorkspaceState } from "@bale/workspace";

function mediaTypeOf(bytes: Uint8Array): MediaType {
  const parsed = JSON.parse(new TextDecoder().decode(bytes)) as { readonly mediaType?: string };
  return (parsed.mediaType ?? "application/vnd.oci.image.manifest.v1+json") as MediaType;
}

/** The manifests that commands may still ask for: what B came from, the remote as last seen, and what was pushed elsewhere. */
function startingPoints(state: WorkspaceState): readonly Digest[] {
  return [
    ...(state.base ? [state.base.manifest, ...(state.base.chain ?? [])] : []),
    ...(state.lastRemote ? [state.lastRemote.manifest] : []),
    ...Object.values(state.pushed ?? {}),
  ];
}

function tablesOf(root: Uint8Array): readonly Digest[] {
  return [...parseRoot(root).layers.values()].flatMap((layer) => layer.tables.map((table) => table.digest));
}

/**
 * Digests of the index objects that a workspace still needs: manifest, root and tables of its starting points, and the manifests of
 * their parents as far as they are cached (at most 64 steps), which say how histories stand to each other. What is not cached, or is
 * of a form that cannot be read, leads nowhere.
 */
export function reachableObjects(root: string, state: WorkspaceState): ReadonlySet<Digest> {
  const keep = new Set<Digest>();

  const readable = <Value>(read: () => Value): Value | undefined => {
    try {
      return read();
    } catch (error) {
      if (BaleError.is(error) && (error.kind === "resource-exhausted" || error.kind === "internal"))
        throw error;
      return undefined;
    }
  };
  const keepIndex = (digest: Digest): void => {
    keep.add(digest);
    const bytes = readIndexObject(root, digest);
    for (const table of (bytes && readable(() => tablesOf(bytes))) ?? []) keep.add(table);
  };
  const keepManifest = (digest: Digest, withIndex: boolean): Digest | undefined => {
    keep.add(digest);
    const bytes = readIndexObject(root, digest);
    const parsed = bytes && readable(() => parseManifest({ digest, bytes, mediaType: mediaTypeOf(bytes) }));
    if (parsed?.kind === "index") for (const each of parsed.manifests) keep.add(each.digest);
    if (parsed?.kind !== "bundle") return undefined;
    if (withIndex) keepIndex(parsed.root.digest);
    return parsed.parent === "none" ? undefined : parsed.parent;
  };

  for (const start of startingPoints(state)) {
    let at = keepManifest(start, true);
    for (let step = 0; at !== undefined && step < LIMITS.parents; step++) at = keepManifest(at, false);
  }
  return keep;
}
