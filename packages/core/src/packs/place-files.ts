import { comparePaths, type Digest, type LayerName, type StoreName } from "@bale/spec";
import type { LayerState } from "./layer-state.js";
import { WHOLE_FILES } from "./pack-constants.js";
import { packLimit, packTarget, wholeFileThreshold } from "./pack-limits.js";
import type { IncomingFile, PackOptions, PlannedPack, PlannedWhole } from "./pack-plan.js";
import { fitsPack, splitPacks } from "./split-packs.js";

/** Whether an incoming file goes to a pack, and how large packs get. */
export interface PackRules {
  readonly target: number;
  readonly limit: number;
  readonly isPacked: (file: IncomingFile) => boolean;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** The rules of this push, from everything that it stores and everything that stays. */
export function packRules(layers: readonly LayerState[], options: PackOptions): PackRules {
  const limit = packLimit(options);
  const uses = layers.flatMap((layer) => [...layer.uses.values()]).filter((use) => !use.blob.store);
  const fresh = layers.flatMap((layer) => layer.fresh).filter((file) => !file.store);
  const mayStayWhole = fresh.filter((file) => file.kind === "file" && fitsPack(file, limit));
  const keptWhole = sum(uses.map((use) => (use.whole ? use.rows.length : 0)));
  const threshold = wholeFileThreshold(
    mayStayWhole.map((file) => file.size),
    keptWhole,
    options,
  );
  const packed = mayStayWhole.filter((file) => file.size < threshold);
  const target = packTarget(
    sum(uses.map((use) => (use.whole ? 0 : use.blob.size))) +
      sum(layers.flatMap((layer) => layer.rewritten.map((file) => (file.store ? 0 : file.size)))) +
      sum(packed.map((file) => file.size)) +
      sum(fresh.map((file) => (file.kind === "exec" ? file.size : 0))),
    options,
  );
  // A file that fills a pack alone saves no manifest layer by being packed; the doubled threshold need not reach it.
  const alone = packed
    .filter((file) => file.size >= Math.max(target, options.smallerThan))
    .sort((a, b) => b.size - a.size || comparePaths(a.path, b.path))
    .slice(0, Math.max(0, (options.wholeFiles ?? WHOLE_FILES) - (mayStayWhole.length - packed.length)));
  const staysWhole = new Set(alone);
  return {
    target,
    limit,
    isPacked: (file) => {
      // Nothing but bale reads external blobs, so the executable bit needs no tar there.
      if (file.store) return file.size < options.smallerThan;
      if (!fitsPack(file, limit)) return false;
      return file.kind === "exec" || (file.size < threshold && !staysWhole.has(file));
    },
  };
}

/** Files by store, the registry first. */
export function byStore(
  files: readonly IncomingFile[],
): readonly (readonly [StoreName | undefined, IncomingFile[]])[] {
  const groups = new Map<StoreName | undefined, IncomingFile[]>();
  for (const file of files) {
    const group = groups.get(file.store);
    if (group) group.push(file);
    else groups.set(file.store, [file]);
  }
  return [...groups].sort(([a], [b]) => ((a ?? "") < (b ?? "") ? -1 : 1));
}

export interface PlacedFiles {
  readonly packs: readonly PlannedPack[];
  readonly whole: readonly PlannedWhole[];
}

function wholeFiles(layer: LayerName, files: readonly IncomingFile[]): readonly PlannedWhole[] {
  const sorted = [...files].sort((a, b) => comparePaths(a.path, b.path));
  const found = new Map<Digest, IncomingFile[]>();
  for (const file of sorted) {
    const same = found.get(file.digest);
    if (same) same.push(file);
    else found.set(file.digest, [file]);
  }
  return [...found.values()].flatMap(([file, ...duplicates]) =>
    file ? [{ layer, store: file.store, file, duplicates }] : [],
  );
}

/** All that the push stores, layer by layer, store by store, in the order of paths. */
export function placeFiles(layers: readonly LayerState[], rules: PackRules): PlacedFiles {
  const packs: PlannedPack[] = [];
  const whole: PlannedWhole[] = [];
  for (const { layer, fresh, rewritten, empty } of layers) {
    const again = new Set(rewritten);
    for (const [store, files] of byStore([...fresh, ...rewritten])) {
      const limit = store ? Number.POSITIVE_INFINITY : rules.limit;
      const packed = files.filter((file) => again.has(file) || rules.isPacked(file));
      for (const entries of splitPacks(packed, rules.target, limit)) {
        const isRewritten = entries.some((file) => again.has(file));
        packs.push({
          id: packs.length,
          layer,
          store,
          holds: "data",
          entries,
          exact: true,
          rewritten: isRewritten,
        });
      }
      const chosen = new Set(packed);
      whole.push(
        ...wholeFiles(
          layer,
          files.filter((file) => !chosen.has(file)),
        ),
      );
    }
    for (const entries of splitPacks(empty, rules.target, rules.limit))
      packs.push({
        id: packs.length,
        layer,
        store: undefined,
        holds: "entries",
        entries,
        exact: true,
        rewritten: false,
      });
  }
  return { packs, whole };
}
