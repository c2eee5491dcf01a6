import type { FileStat } from "./file-stat.js";

export type SeenFile = FileStat;
/** What hashing one file came to; plain data, since it crosses threads. */
export type RawOutcome =
  | { readonly hex: string; readonly bytes: number; readonly stat: SeenFile; readonly target?: string }
  | { readonly problem: "changed" | "not-regular" | "stopped" | "encoding" }
  | { readonly problem: "error"; readonly errno: string | undefined; readonly message: string };

export const HASH_BUFFER_BYTES: number;
export function hashFileSync(
  path: string,
  how: { readonly link: boolean; readonly follow: boolean },
  buffer: Buffer,
  onBytes?: (bytes: number) => boolean,
): RawOutcome;
