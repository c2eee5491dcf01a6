import { createLayerHash, createTreeCheck, type LayerHash } from "@bale/core";
import type { Bundle, LayeredRow } from "@bale/engine";
import { compileGlob, type ResolvedSelection } from "@bale/roles";
import { BALE_LAYER, BaleError, type BlobRef, type FileRow, type LayerName } from "@bale/spec";
import { nodeHasher } from "@bale/storage";
import type { VerifyOptions, VerifyProblem, VerifyResult } from "./trust-types.js";

/** A blob that rows refer to, and who needs it. */
export interface NeededBlob {
  readonly blob: BlobRef;
  readonly path: string;
  readonly files: number;
}
export interface IndexCheck {
  readonly layers: VerifyResult["layers"];
  readonly problems: readonly VerifyProblem[];
  /** Rows that the command's globs match; all of them without globs. */
  readonly rows: readonly FileRow[];
  readonly blobs: readonly NeededBlob[];
}

export function problemOf(error: unknown, path?: string): VerifyProblem {
  if (!BaleError.is(error)) throw error;
  const message = error.why === undefined ? error.message : `${error.message}: ${error.why}`;
  return { ...(path === undefined ? {} : { path }), code: error.code, message };
}

/** Whether any of the globs matches; without globs, yes. */
export function pathFilter(globs: readonly string[] | undefined): (path: string) => boolean {
  const matches = (globs ?? []).map(compileGlob);
  return (path) => matches.length === 0 || matches.some((match) => match(path));
}

/** The layers of a bundle that a selection takes. */
export function selectedLayers(bundle: Bundle, selection: ResolvedSelection): readonly LayerName[] {
  const names = [...bundle.root.layers.keys()];
  return selection.kind === "all"
    ? names
    : names.filter((name) => selection.layers.has(name) || name === BALE_LAYER);
}

/** A tree check whose refusal is a problem; after the first one nothing more is known. */
function collectingTreeCheck(problems: VerifyProblem[]): {
  readonly add: (row: FileRow) => void;
  readonly finish: () => void;
} {
  const check = createTreeCheck();
  let failed = false;
  const attempt = (step: () => void): void => {
    if (failed) return;
    try {
      step();
    } catch (error) {
      failed = true;
      problems.push(problemOf(error));
    }
  };
  return {
    add: (row) => attempt(() => check.add(row.path, row.kind, row.target)),
    finish: () => attempt(() => check.finish()),
  };
}

function compareLayers(
  bundle: Bundle,
  hashes: ReadonlyMap<LayerName, LayerHash>,
  problems: VerifyProblem[],
): VerifyResult["layers"] {
  return [...hashes].map(([name, hash]) => {
    const told = bundle.root.layers.get(name);
    const found = hash.finish();
    const ok =
      told !== undefined &&
      told.digest === found.digest &&
      told.files === found.files &&
      told.size === found.size;
    if (!ok)
      problems.push({
        code: "DIGEST_MISMATCH",
        message: `layer ${name} is not what its digest says: its rows give ${found.digest} (${found.files} files, ${found.size} bytes)`,
      });
    return { name, digest: told?.digest ?? found.digest, files: found.files, ok };
  });
}

function collectBlobs(row: FileRow, blobs: Map<string, NeededBlob>): void {
  for (const { blob } of row.extents) {
    const key = `${blob.store ?? ""}:${blob.digest}`;
    const known = blobs.get(key);
    blobs.set(key, { blob, path: known?.path ?? row.path, files: (known?.files ?? 0) + 1 });
  }
}

/**
 * Walks the rows of the selected layers once: the digest of each layer from its rows, the tree as a whole, and which blobs hold what.
 * Damage in the tables themselves throws; a layer or a tree that is not right is a problem.
 * @throws BaleError `INDEX_INVALID`, `LIMIT`, `UNSAFE_PATH`, `DIGEST_MISMATCH`, `BLOB_MISSING`
 */
export async function checkIndex(
  bundle: Bundle,
  layers: readonly LayerName[],
  options: VerifyOptions,
): Promise<IndexCheck> {
  const problems: VerifyProblem[] = [];
  const hashes = new Map<LayerName, LayerHash>(layers.map((name) => [name, createLayerHash(nodeHasher)]));
  const blobs = new Map<string, NeededBlob>();
  const rows: FileRow[] = [];
  const isWanted = pathFilter(options.paths);
  const tree = collectingTreeCheck(problems);
  const all: Iterable<LayeredRow> = await bundle.rows(layers, { signal: options.signal });
  for (const { layer, row } of all) {
    hashes.get(layer)?.add(row);
    tree.add(row);
    if (!isWanted(row.path)) continue;
    rows.push(row);
    collectBlobs(row, blobs);
    if (row.unknownExtents)
      problems.push({
        path: row.path,
        code: "UNSUPPORTED",
        message: `${JSON.stringify(row.path)} is stored in a form that this version does not know`,
      });
  }
  tree.finish();
  return { layers: compareLayers(bundle, hashes, problems), problems, rows, blobs: [...blobs.values()] };
}
