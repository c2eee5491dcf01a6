import { BaleError, type Digest } from "@bale/spec";
import type { FileStat } from "./file-stat.js";
import type { RawOutcome } from "./hash-file.js";
import { localError } from "./local-error.js";

export interface HashRequest {
  /** Absolute. */
  readonly file: string;
  /** For people, in errors; default: `file`. */
  readonly label?: string | undefined;
  /** Bytes, as far as known: only the division of work depends on it. */
  readonly size: number;
  /** Of a link the target is hashed. */
  readonly link?: boolean | undefined;
  /** Read what a link leads to. */
  readonly follow?: boolean | undefined;
}
export interface HashedFile {
  readonly digest: Digest;
  /** Bytes that were hashed; of a link, of its target. */
  readonly size: number;
  /** As it was before and after the bytes were read. */
  readonly stat: FileStat;
  /** Of a link. */
  readonly target?: string | undefined;
}
export type HashOutcome =
  | { readonly ok: true; readonly value: HashedFile }
  | { readonly ok: false; readonly error: BaleError };

const PROBLEMS = {
  changed: [
    "FILE_CHANGED",
    "changed while it was read, twice in a row",
    "stop what writes to it and run the command again",
  ],
  "not-regular": ["NOT_REGULAR", "is no regular file any more", "remove or ignore it"],
  encoding: [
    "NAME_ENCODING",
    "is a link whose target is not UTF-8",
    "make the link again with another target",
  ],
  stopped: ["INTERRUPTED", "was not read to its end", undefined],
} as const;

/** Gives what a thread found its types and its words. */
export function outcomeOf(raw: RawOutcome, request: HashRequest): HashOutcome {
  const label = request.label ?? request.file;
  if (!("problem" in raw)) {
    const { hex, bytes, stat, target } = raw;
    const value = { digest: `sha256:${hex}` as Digest, size: bytes, stat };
    return { ok: true, value: target === undefined ? value : { ...value, target } };
  }
  if (raw.problem === "error")
    return {
      ok: false,
      error: localError(Object.assign(new Error(raw.message), { code: raw.errno }), label, "reading"),
    };
  const [code, what, fix] = PROBLEMS[raw.problem];
  return {
    ok: false,
    error: new BaleError({ code, message: `${label} ${what}`, fix, context: { path: label } }),
  };
}
