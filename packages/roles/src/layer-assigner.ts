import { BALE_LAYER, DEFAULT_LAYER, type LayerName } from "@bale/spec";
import { compileGlob, type PathMatcher } from "./compile-glob.js";

/** One layer with its globs, after validation. */
export interface LayerGlobs {
  readonly name: LayerName;
  readonly globs: readonly string[];
}

/** Tracked files that declare how the rest is read; they form the layer `bale`. Only those at the root. */
const DECLARING_FILES: ReadonlySet<string> = new Set(["bale.yaml", ".baleignore"]);

/**
 * Assigns each path its layer: the first of `layers`, in the order given, with a glob that matches; `default` when none does. The declaring
 * files at the root are always `bale`.
 * @throws BaleError `USAGE` when a glob is none
 */
export function createLayerAssigner(layers: readonly LayerGlobs[]): (path: string) => LayerName {
  const compiled: { readonly name: LayerName; readonly matches: PathMatcher }[] = layers.flatMap(
    ({ name, globs }) => globs.map((glob) => ({ name, matches: compileGlob(glob) })),
  );
  return (path) => {
    if (DECLARING_FILES.has(path)) return BALE_LAYER;
    for (const { name, matches } of compiled) if (matches(path)) return name;
    return DEFAULT_LAYER;
  };
}
