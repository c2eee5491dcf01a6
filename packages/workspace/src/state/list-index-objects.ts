import { hash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Digest } from "@bale/spec";
import { controlPaths } from "../control-folder.js";
import { localError } from "../local-error.js";

/** One file of `.bale/index`. */
export interface IndexObject {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

const HEX = /^[0-9a-f]{64}$/;

/** The manifests, roots and tables that are kept, sorted by digest; their bytes are not read. @throws BaleError `PERMISSION`, `IO` */
export function listIndexObjects(root: string): readonly IndexObject[] {
  const { index } = controlPaths(root);
  try {
    if (!existsSync(index)) return [];
    return readdirSync(index)
      .filter((name) => HEX.test(name))
      .sort()
      .map((name) => ({ digest: `sha256:${name}` as Digest, size: lstatSync(join(index, name)).size }));
  } catch (error) {
    throw localError(error, index, "reading");
  }
}

function isWhole(file: string, hex: string): boolean {
  try {
    return lstatSync(file).isFile() && hash("sha256", readFileSync(file)) === hex;
  } catch {
    return false;
  }
}

/** Those that do not have the digest they are named after. Reads all of them. @throws BaleError `PERMISSION`, `IO` */
export function listDamagedIndexObjects(root: string): readonly Digest[] {
  const { index } = controlPaths(root);
  return listIndexObjects(root)
    .map(({ digest }) => digest)
    .filter((digest) => {
      const hex = digest.slice("sha256:".length);
      return !isWhole(join(index, hex), hex);
    });
}
