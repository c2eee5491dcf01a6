/** Bytes from `start` up to, but not including, `endExclusive`. */
export interface ContentRange {
  readonly start: number;
  readonly endExclusive: number;
  /** Size of the whole, where the server knows it. */
  readonly total: number | undefined;
}

const RANGE = /^bytes\s+(\d{1,16})-(\d{1,16})\/(\d{1,16}|\*)$/i;

/** Reads `bytes 0-99/1000` (RFC 9110 section 14.4). `undefined` for anything else, the unsatisfied form `bytes * / 1000` included. */
export function parseContentRange(header: string | undefined): ContentRange | undefined {
  const match = RANGE.exec((header ?? "").trim());
  if (!match) return undefined;
  const start = Number(match[1]);
  const endExclusive = Number(match[2]) + 1;
  const total = match[3] === "*" ? undefined : Number(match[3]);
  if (!Number.isSafeInteger(endExclusive) || start >= endExclusive) return undefined;
  if (total !== undefined && (!Number.isSafeInteger(total) || endExclusive > total)) return undefined;
  return { start, endExclusive, total };
}
