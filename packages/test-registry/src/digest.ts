import { createHash } from "node:crypto";

/** The algorithms a registry must know (image-spec, descriptor.md, "Registered algorithms"), with the length of their hex form. */
const hexLengths: Readonly<Record<string, number>> = { sha256: 64, sha512: 128 };

export interface ParsedDigest {
  readonly algorithm: "sha256" | "sha512";
  readonly hex: string;
}

/** Parses `sha256:<64 hex>` or `sha512:<128 hex>`, lower case only; anything else is undefined. */
export function parseDigest(text: string): ParsedDigest | undefined {
  const match = /^(sha256|sha512):([0-9a-f]+)$/.exec(text);
  if (match === null) return undefined;
  const [, algorithm, hex] = match as unknown as [string, "sha256" | "sha512", string];
  return hex.length === hexLengths[algorithm] ? { algorithm, hex } : undefined;
}

/** The digest of bytes, in the form that a descriptor carries. */
export function digestOf(bytes: Uint8Array, algorithm: "sha256" | "sha512" = "sha256"): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}`;
}
