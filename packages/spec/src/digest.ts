import { BaleError } from "./bale-error.js";
import type { Brand } from "./brand.js";

/** `sha256:` and 64 lower-case hexadecimal digits. Computed over raw bytes, never over re-serialised JSON. */
export type Digest = Brand<`sha256:${string}`, "Digest">;

const SHA256 = /^sha256:[0-9a-f]{64}$/;

/** Whether a string is a digest in the one form that bale writes. */
export function isDigest(value: unknown): value is Digest {
  // The length is checked first, so that a string of a megabyte costs nothing (advisory CVE-2024-3727 began with unchecked digests).
  return typeof value === "string" && value.length === 71 && SHA256.test(value);
}

/** @throws BaleError `REFERENCE_INVALID` */
export function parseDigest(value: unknown): Digest {
  if (isDigest(value)) return value;
  throw new BaleError({
    code: "REFERENCE_INVALID",
    message: "not a digest",
    why: "a digest is sha256: and 64 lower-case hexadecimal digits",
  });
}

/** The 64 hexadecimal digits. */
export function digestHex(digest: Digest): string {
  return digest.slice(7);
}

/** @throws BaleError `REFERENCE_INVALID` */
export function digestFromHex(hex: string): Digest {
  return parseDigest(`sha256:${hex}`);
}

/** For people: the first twelve hexadecimal digits. */
export function shortDigest(digest: Digest): string {
  return `sha256:${digest.slice(7, 19)}`;
}
