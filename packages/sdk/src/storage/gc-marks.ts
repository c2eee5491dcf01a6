import { type Digest, isDigest } from "@bale/spec";

/** Where the marks of earlier runs are kept; one text for each store. */
export interface GcMarks {
  /** What was written last; `undefined` where nothing was. */
  readonly read: (line: string) => Promise<string | undefined>;
  /** Keeps the marks in place of those of before. */
  readonly write: (line: string, text: string) => Promise<void>;
}

/** When each blob was first seen without a use. Milliseconds since 1970. */
export type MarkedSince = ReadonlyMap<Digest, number>;

/** What cannot be understood counts as no marks at all: the worst is another wait. */
export function parseMarks(text: string | undefined, line: string): MarkedSince {
  const marks = new Map<Digest, number>();
  let value: unknown;
  try {
    value = JSON.parse(text ?? "");
  } catch {
    return marks;
  }
  if (typeof value !== "object" || value === null) return marks;
  const { schemaVersion, store, blobs } = value as Readonly<Record<string, unknown>>;
  if (schemaVersion !== 1 || store !== line || typeof blobs !== "object" || blobs === null) return marks;
  for (const [digest, since] of Object.entries(blobs))
    if (isDigest(digest) && typeof since === "number" && Number.isFinite(since)) marks.set(digest, since);
  return marks;
}

export function formatMarks(marks: MarkedSince, line: string): string {
  return `${JSON.stringify({ schemaVersion: 1, store: line, blobs: Object.fromEntries(marks) })}\n`;
}

export interface Sweep {
  /** Marked for as long as the grace. */
  readonly remove: readonly Digest[];
  /** What stays marked, with the time of the first mark. */
  readonly marks: MarkedSince;
}

/**
 * Which of the unused blobs may go: those that an earlier run marked, at least `graceMs` ago. A mark from the future, as a clock that was set back
 * leaves it, counts from now on. Blobs that are used again lose their mark.
 */
export function sweep(unused: Iterable<Digest>, before: MarkedSince, nowMs: number, graceMs: number): Sweep {
  const remove: Digest[] = [];
  const marks = new Map<Digest, number>();
  for (const digest of unused) {
    const marked = before.get(digest);
    const since = marked === undefined ? nowMs : Math.min(marked, nowMs);
    if (marked !== undefined && nowMs - since >= graceMs) remove.push(digest);
    else marks.set(digest, since);
  }
  return { remove, marks };
}
