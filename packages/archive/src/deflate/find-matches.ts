// RFC 1951, section 2: a copy reaches back 32 KiB and has at most 258 bytes.
const WINDOW = 32_768;
export const LONGEST_MATCH = 258;
// Three bytes are rarely worth a copy; looking for four finds better ones in the same time.
const SHORTEST_MATCH = 4;
const HASH_BITS = 15;
const CHAIN = 24;
/** A match of this length is taken without asking whether the next byte begins a better one. */
const GOOD_MATCH = 64;

/** Literals and copies in order: `distance << 9 | length` for a copy, the byte itself (distance 0) for a literal. */
export interface Tokens {
  readonly values: Uint32Array;
  readonly count: number;
}

export function distanceOf(token: number): number {
  return token >>> 9;
}
export function lengthOrLiteral(token: number): number {
  return token & 0x1ff;
}

/**
 * LZ77 with hash chains and one step of looking ahead. Integers alone decide, so that one input has one output on every machine and
 * with every version of Node. `longest`: of a copy, at most 258.
 */
export function findMatches(bytes: Uint8Array, longest: number): Tokens {
  const { length } = bytes;
  const values = new Uint32Array(length);
  const heads = new Int32Array(1 << HASH_BITS).fill(-1);
  const previous = new Int32Array(WINDOW);
  const end = length - SHORTEST_MATCH;
  let count = 0;

  const hashAt = (at: number): number =>
    Math.imul(
      (bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24),
      0x9e3779b1,
    ) >>>
    (32 - HASH_BITS);
  /** Notes the position, and answers the one before it with the same hash. */
  const note = (at: number): number => {
    const hash = hashAt(at);
    const before = heads[hash] as number;
    previous[at & (WINDOW - 1)] = before;
    heads[hash] = at;
    return before;
  };
  /** The longest copy for `at` among the candidates: as a token, or 0. */
  const best = (at: number, first: number, atLeast: number): number => {
    const limit = Math.min(longest, length - at);
    let found = 0;
    let foundLength = atLeast;
    let candidate = first;
    for (let tries = CHAIN; candidate >= 0 && at - candidate <= WINDOW && tries > 0; tries--) {
      if (foundLength < limit && bytes[candidate + foundLength] === bytes[at + foundLength]) {
        let same = 0;
        while (same < limit && bytes[candidate + same] === bytes[at + same]) same++;
        if (same > foundLength) {
          foundLength = same;
          found = ((at - candidate) << 9) | same;
          if (same >= limit) break;
        }
      }
      const next = previous[candidate & (WINDOW - 1)] as number;
      // The ring was written over: what follows is of another chain.
      if (next >= candidate) break;
      candidate = next;
    }
    return found;
  };

  let at = 0;
  let match = 0;
  while (at < length) {
    if (match === 0 && at <= end) match = best(at, note(at), SHORTEST_MATCH - 1);
    if (match === 0) {
      values[count++] = bytes[at++] as number;
      continue;
    }
    const size = lengthOrLiteral(match);
    if (size < GOOD_MATCH && at + 1 <= end) {
      const better = best(at + 1, note(at + 1), size);
      if (better !== 0) {
        values[count++] = bytes[at++] as number;
        match = better;
        continue;
      }
      // Position at + 1 is noted.
      for (let inside = at + 2; inside < at + size && inside <= end; inside++) note(inside);
    } else for (let inside = at + 1; inside < at + size && inside <= end; inside++) note(inside);
    values[count++] = match;
    at += size;
    match = 0;
  }
  return { values, count };
}
