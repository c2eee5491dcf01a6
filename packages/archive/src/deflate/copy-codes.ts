/** How RFC 1951, section 3.2.5, writes one number: a symbol and some bits more. */
export interface ExtraCode {
  readonly symbol: number;
  readonly bits: number;
  readonly value: number;
}

function table(
  first: number,
  symbols: number,
  start: number,
  step: number,
): { base: number[]; bits: number[] } {
  const base: number[] = [];
  const bits: number[] = [];
  let at = start;
  for (let symbol = 0; symbol < symbols; symbol++) {
    const extra = Math.max(0, Math.floor((symbol - first) / step));
    base.push(at);
    bits.push(extra);
    at += 1 << extra;
  }
  return { base, bits };
}

// Lengths 3 to 258 have the symbols 257 to 285, distances 1 to 32768 the symbols 0 to 29.
const LENGTHS = table(4, 28, 3, 4);
const DISTANCES = table(2, 30, 1, 2);
const FIRST_LENGTH_SYMBOL = 257;
const LONGEST = 258;
const LONGEST_SYMBOL = 285;

function symbolsByValue(base: readonly number[], values: number): Uint8Array {
  const symbols = new Uint8Array(values + 1);
  for (let value = 1, symbol = 0; value <= values; value++) {
    while (symbol + 1 < base.length && (base[symbol + 1] as number) <= value) symbol++;
    symbols[value] = symbol;
  }
  return symbols;
}
const LENGTH_SYMBOLS = symbolsByValue(LENGTHS.base, LONGEST);
const DISTANCE_SYMBOLS = symbolsByValue(DISTANCES.base, 32_768);

export function lengthCode(length: number): ExtraCode {
  if (length === LONGEST) return { symbol: LONGEST_SYMBOL, bits: 0, value: 0 };
  const index = LENGTH_SYMBOLS[length] as number;
  const value = length - (LENGTHS.base[index] as number);
  return { symbol: FIRST_LENGTH_SYMBOL + index, bits: LENGTHS.bits[index] as number, value };
}

export function distanceCode(distance: number): ExtraCode {
  const symbol = DISTANCE_SYMBOLS[distance] as number;
  return {
    symbol,
    bits: DISTANCES.bits[symbol] as number,
    value: distance - (DISTANCES.base[symbol] as number),
  };
}
