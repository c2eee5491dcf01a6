import { localError, writeFileAtomic } from "@bale/workspace";

/** Whole or not at all; an older file is replaced. @throws BaleError `PERMISSION`, `NO_SPACE`, `IO` and the rest of `localError` */
export function writePage(path: string, page: Uint8Array): void {
  try {
    writeFileAtomic(path, page, { mode: 0o644, sync: false });
  } catch (error) {
    throw localError(error, path, "writing");
  }
}
