/** How RFC 1951, section 3.2.5, writes numbers: a symbol for a range of them, and bits that say which one it is. */
export interface CopyCode {
  /** By number. */
  readonly symbols: Uint8Array;
  /** By symbol: bits beside it, and the first number of its range. */
  readonly bits: Uint8Array;
  readonly bases: Uint16Array;
}

/** Ranges of one number each up to symbol `first`; after it the bits go up by one with every `step` symbols. */
function ranges(count: number, start: number, first: number, step: number, most: number): CopyCode {
  const bits = new Uint8Array(count);
  const bases = new Uint16Array(count);
  const symbols = new Uint8Array(most + 1);
  let at = start;
  for (let symbol = 0; symbol < count; symbol++) {
    const extra = Math.max(0, Math.floor((symbol - first) / step));
    bits[symbol] = extra;
    bases[symbol] = at;
    for (let end = at + (1 << extra); at < end; at++) if (at <= most) symbols[at] = symbol;
  }
  return { symbols, bits, bases };
}

const LONGEST = 258;
const LENGTH_CODES = 29;

/** Lengths 3 to 258; the longest one has a symbol of its own, without bits. Symbols count from `FIRST_LENGTH_SYMBOL`. */
export const LENGTHS: CopyCode = ranges(LENGTH_CODES, 3, 4, 4, LONGEST);
LENGTHS.symbols[LONGEST] = LENGTH_CODES - 1;
LENGTHS.bits[LENGTH_CODES - 1] = 0;
LENGTHS.bases[LENGTH_CODES - 1] = LONGEST;
export const FIRST_LENGTH_SYMBOL = 257;

/** Distances 1 to 32,768. */
export const DISTANCES: CopyCode = ranges(30, 1, 2, 2, 32_768);
