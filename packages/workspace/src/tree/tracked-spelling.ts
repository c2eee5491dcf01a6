import { type BundlePath, comparePaths, pathKey } from "@bale/spec";
import type { Capabilities } from "../capabilities.js";
import type { ScannedFile, TreeScan } from "../scan/tree-scan.js";
import type { StateEntry } from "../state/workspace-state.js";

/**
 * A disk that folds case or decomposes accents may show a tracked file under another spelling. It is given the tracked one back: else every file
 * would be deleted and added again. On disks that keep names the scan is returned as it is.
 */
export function withTrackedSpelling(
  scan: TreeScan,
  entries: ReadonlyMap<BundlePath, StateEntry>,
  capabilities: Capabilities,
): TreeScan {
  if (capabilities.caseSensitive && capabilities.keepsNormalization) return scan;
  const seen = new Set<string>(scan.files.map(({ path }) => path));
  const missing = new Map<string, BundlePath>();
  for (const [path, { tracked }] of entries) if (tracked && !seen.has(path)) missing.set(pathKey(path), path);
  if (missing.size === 0) return scan;
  const respell = (file: ScannedFile): ScannedFile => {
    if (entries.has(file.path)) return file;
    const path = missing.get(pathKey(file.path));
    return path === undefined ? file : { ...file, path };
  };
  return { ...scan, files: scan.files.map(respell).sort((a, b) => comparePaths(a.path, b.path)) };
}
