import { hash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { BaleError, type Digest, digestHex } from "@bale/spec";
import { controlPaths } from "../control-folder.js";
import { errnoOf, localError } from "../local-error.js";
import { writeFileAtomic } from "../write-atomic.js";

const HEX = /^[0-9a-f]{64}$/;

function objectFile(root: string, digest: Digest): string {
  return join(controlPaths(root).index, digestHex(digest));
}

function hexOf(bytes: Uint8Array): string {
  return hash("sha256", bytes);
}

/**
 * Keeps a manifest, root or table under its digest, for commands that work without a network.
 * @throws BaleError `DIGEST_MISMATCH` when the bytes have another digest; `NO_SPACE`, `PERMISSION`, `IO`
 */
export function saveIndexObject(root: string, digest: Digest, bytes: Uint8Array): void {
  if (hexOf(bytes) !== digestHex(digest))
    throw new BaleError({
      code: "DIGEST_MISMATCH",
      message: `not kept: these bytes do not have the digest ${digest}`,
      context: { digest },
    });
  const file = objectFile(root, digest);
  if (existsSync(file)) return;
  mkdirSync(controlPaths(root).index, { recursive: true, mode: 0o700 });
  writeFileAtomic(file, bytes, { sync: true, mode: 0o600 });
}

/**
 * The bytes, checked against the digest. What is damaged, a folder or a link is removed and counts as absent, so that it is fetched again.
 * @throws BaleError `PERMISSION`, `IO`
 */
export function readIndexObject(root: string, digest: Digest): Uint8Array | undefined {
  const file = objectFile(root, digest);
  try {
    const bytes = readFileSync(file);
    if (hexOf(bytes) === digestHex(digest)) return bytes;
  } catch (error) {
    const name = errnoOf(error);
    if (name === "ENOENT") return undefined;
    if (name !== "EISDIR" && name !== "ELOOP") throw localError(error, file, "reading");
  }
  rmSync(file, { recursive: true, force: true });
  return undefined;
}

/** Removes what is not in `keep`; returns how many files went. @throws BaleError `PERMISSION`, `IO` */
export function pruneIndexObjects(
  root: string,
  keep: ReadonlySet<Digest>,
  options: { readonly dryRun?: boolean | undefined } = {},
): number {
  const { index } = controlPaths(root);
  let removed = 0;
  try {
    if (!existsSync(index)) return 0;
    for (const name of readdirSync(index)) {
      if (!HEX.test(name) || keep.has(`sha256:${name}` as Digest)) continue;
      if (!options.dryRun) rmSync(join(index, name), { recursive: true, force: true });
      removed++;
    }
  } catch (error) {
    throw localError(error, index, "removing index objects in");
  }
  return removed;
}
