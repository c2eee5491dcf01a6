import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { seededRandom, writeSmallFiles } from "./small-files.js";

/** A tree with everything that a bundle can hold: small and large files, programs, links, odd names, twins of content. */
export function writeSampleTree(root: string, options: { readonly files: number }): void {
  writeSmallFiles(root, { count: options.files, from: 0, to: 6_000, seed: 42 });
  mkdirSync(join(root, "bin"), { recursive: true });
  mkdirSync(join(root, "odd names", "ünïcödé 日本語"), { recursive: true });
  writeFileSync(join(root, "bin/run"), "#!/bin/sh\necho run\n");
  writeFileSync(join(root, "bin/large-program"), noise(2_500_000, 3));
  for (const program of ["bin/run", "bin/large-program"]) chmodSync(join(root, program), 0o755);
  symlinkSync("run", join(root, "bin/link"));
  symlinkSync("../d0000", join(root, "bin/folder-link"));
  symlinkSync("bin/run", join(root, "link-at-the-root"));
  writeFileSync(join(root, "large.bin"), noise(3_000_000, 1));
  writeFileSync(join(root, "bin/large.bin"), noise(3_000_000, 2));
  writeFileSync(join(root, "bin/copy of large.bin"), noise(3_000_000, 2));
  writeFileSync(join(root, "empty"), "");
  writeFileSync(join(root, "odd names/ünïcödé 日本語/a + b & c=(d)[e]{f}'g.txt"), "odd\n");
  writeFileSync(join(root, `odd names/${"long".repeat(40)}.txt`), "long\n");
}

/** Bytes that do not shrink. */
export function noise(size: number, seed: number): Buffer {
  const random = seededRandom(seed);
  const bytes = Buffer.alloc(size);
  for (let at = 0; at + 4 <= size; at += 4) bytes.writeUInt32LE(Math.floor(random() * 4_294_967_296), at);
  return bytes;
}
