import { readdirSync } from "node:fs";
import { join } from "node:path";

const BLOBS = join("docker", "registry", "v2", "blobs", "sha256");

/** The digests of everything that a distribution holds, read from its folder: 64 digits each. */
export function registryBlobs({ dataFolder }: { readonly dataFolder: string }): ReadonlySet<string> {
  const root = join(dataFolder, BLOBS);
  return new Set(readdirSync(root).flatMap((start) => readdirSync(join(root, start))));
}
