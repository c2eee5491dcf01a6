import { createHash } from "node:crypto";
import { type Bench, openBench, type Work } from "../bench.testing.js";

export const sha256 = (bytes: Uint8Array): string =>
  `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

export async function pushed(
  files: Record<string, string> = { a: "1" },
  yaml = "",
): Promise<{ bench: Bench; mine: Work } & AsyncDisposable> {
  const bench = await openBench();
  const mine = await bench.work("mine", yaml);
  await mine.track(files);
  await mine.push();
  return { bench, mine, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}

export interface Stored {
  readonly artifactType?: string;
  readonly config: { readonly mediaType: string };
  readonly layers: readonly { readonly mediaType: string; readonly annotations?: Record<string, string> }[];
  readonly annotations: Record<string, string>;
}
export function storedManifest(bench: Bench): Stored {
  const bytes = bench.registry.store.manifest("acme/app", "v1")?.bytes ?? Buffer.from("{}");
  return JSON.parse(bytes.toString("utf8")) as Stored;
}

/** An artifact as another tool might write it: nobody would serialise it like this again. */
export function oddArtifact(bench: Bench): { readonly bytes: Buffer; readonly digest: string } {
  const { store } = bench.registry;
  const blob = store.putBlob("acme/odd", Buffer.from("odd"));
  const config = store.putBlob("acme/odd", Buffer.from("{}"));
  const bytes = Buffer.from(
    `\n{ "layers" : [ {"size":3, "mediaType":"text/plain","digest":"${blob}",\n"annotations":{"org.opencontainers.image.title":"odd.txt"}}],"schemaVersion":2,\t"config":{"mediaType":"application/vnd.oci.empty.v1+json","size":2,"digest":"${config}"},"mediaType":"application/vnd.oci.image.manifest.v1+json" }\n\n`,
  );
  const digest = store.putManifest("acme/odd", bytes, {
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    tag: "v1",
  });
  return { bytes, digest };
}
