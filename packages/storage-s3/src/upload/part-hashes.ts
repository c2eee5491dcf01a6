import { createHash, type Hash } from "node:crypto";

/** Hashes of a part, taken while it is read. */
export interface PartHashes {
  readonly update: (chunk: Uint8Array) => void;
  readonly finish: () => { readonly sha256: string; readonly md5: string | undefined };
}

function md5Hash(): Hash | undefined {
  try {
    return createHash("md5");
  } catch {
    // Not in Node's FIPS mode; a part that is known by its MD5 alone is then sent again.
    return undefined;
  }
}

/** The MD5 is what most stores tell of a part; it is taken only where one is to be compared with it. */
export function createPartHashes(wantsMd5: boolean): PartHashes {
  const sha256 = createHash("sha256");
  const md5 = wantsMd5 ? md5Hash() : undefined;
  return {
    update: (chunk) => {
      sha256.update(chunk);
      md5?.update(chunk);
    },
    finish: () => ({ sha256: sha256.digest("hex"), md5: md5?.digest("hex") }),
  };
}
