const MIB = 1024 * 1024;
/** What S3 takes: parts of 5 MiB, the last one apart, to 5 GiB, and no more than so many (Amazon S3 multipart upload limits). */
export const LARGEST_PART: number = 5 * 1024 * MIB;
export const MOST_PARTS = 10_000;
export const DEFAULT_PART: number = 5 * MIB;

export interface Part {
  /** From 1. */
  readonly number: number;
  readonly start: number;
  readonly endExclusive: number;
}

/** Bytes of each part but the last: the least given, or as many whole MiB as 10,000 parts need. */
export function partSizeFor(size: number, least: number = DEFAULT_PART): number {
  const smallest = Math.min(least, LARGEST_PART);
  return size <= smallest * MOST_PARTS ? smallest : Math.ceil(size / MOST_PARTS / MIB) * MIB;
}

/** The parts of a blob, in order. It depends on the size and the setting alone, so that a later run cuts at the same places. */
export function* planParts(size: number, least: number = DEFAULT_PART): Generator<Part> {
  const partSize = partSizeFor(size, least);
  for (let start = 0, number = 1; start < size; start += partSize, number++)
    yield { number, start, endExclusive: Math.min(start + partSize, size) };
}
