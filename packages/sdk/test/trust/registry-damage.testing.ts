import type { Bench } from "../bench.testing.js";

interface Named {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
}
interface ImageManifest {
  readonly config: Named;
  readonly layers: readonly Named[];
}

export function manifestOf(bench: Bench, tag = "v1"): ImageManifest {
  const stored = bench.registry.store.manifest("acme/app", tag);
  if (!stored) throw new Error(`no tag ${tag}`);
  return JSON.parse(stored.bytes.toString("utf8")) as ImageManifest;
}

/** Digests of the blobs that hold content, tables left out; of one layer, if it is named. */
export function contentBlobs(bench: Bench, layer?: string): readonly string[] {
  return manifestOf(bench)
    .layers.filter(({ mediaType }) => !mediaType.includes("vnd.bale.files"))
    .filter(({ annotations }) => layer === undefined || annotations?.["dev.bale.layer"] === layer)
    .map(({ digest }) => digest);
}

/** Digests of a layer's tables. */
export function tables(bench: Bench, layer: string): readonly string[] {
  return manifestOf(bench)
    .layers.filter(({ mediaType }) => mediaType.includes("vnd.bale.files"))
    .filter(({ annotations }) => annotations?.["dev.bale.layer"] === layer)
    .map(({ digest }) => digest);
}
