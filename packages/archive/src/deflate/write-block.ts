import type { BitWriter } from "./bit-writer.js";
import { type CopyCode, DISTANCES, FIRST_LENGTH_SYMBOL, LENGTHS } from "./copy-codes.js";
import { distanceOf, lengthOrLiteral } from "./find-matches.js";
import { codeLengths, type PrefixCode, prefixCode } from "./prefix-code.js";

// RFC 1951, sections 3.2.6 and 3.2.7.
const LITERALS = 286;
const DISTANCE_CODES = 30;
const END_OF_BLOCK = 256;
const LONGEST_CODE = 15;
const LONGEST_LENGTH_CODE = 7;
const LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15] as const;

interface LengthToken {
  readonly symbol: number;
  readonly bits: number;
  readonly value: number;
}

/** Code lengths with their repetitions shortened: 16 repeats the last one, 17 and 18 are runs of zeros. */
function shortened(lengths: Uint8Array): LengthToken[] {
  const tokens: LengthToken[] = [];
  for (let at = 0; at < lengths.length; ) {
    const length = lengths[at] as number;
    let run = 1;
    while (at + run < lengths.length && lengths[at + run] === length) run++;
    at += run;
    if (length !== 0) {
      tokens.push({ symbol: length, bits: 0, value: 0 });
      run--;
    }
    while (run >= 3) {
      const part = Math.min(run, length !== 0 ? 6 : 138);
      if (length !== 0) tokens.push({ symbol: 16, bits: 2, value: part - 3 });
      else if (part <= 10) tokens.push({ symbol: 17, bits: 3, value: part - 3 });
      else tokens.push({ symbol: 18, bits: 7, value: part - 11 });
      run -= part;
    }
    for (; run > 0; run--) tokens.push({ symbol: length, bits: 0, value: 0 });
  }
  return tokens;
}

/** How many of the codes are written: up to the last one that is used. */
function used(lengths: Uint8Array, least: number): number {
  let count = lengths.length;
  while (count > least && lengths[count - 1] === 0) count--;
  return count;
}

function writeCodes(bits: BitWriter, literals: PrefixCode, distances: PrefixCode): void {
  const literalCount = used(literals.lengths, 257);
  const distanceCount = used(distances.lengths, 1);
  const all = new Uint8Array(literalCount + distanceCount);
  all.set(literals.lengths.subarray(0, literalCount));
  all.set(distances.lengths.subarray(0, distanceCount), literalCount);
  const tokens = shortened(all);
  const frequencies = new Uint32Array(LENGTH_ORDER.length);
  for (const { symbol } of tokens) frequencies[symbol] = (frequencies[symbol] as number) + 1;
  const code = prefixCode(codeLengths(frequencies, LONGEST_LENGTH_CODE));
  const ordered = Uint8Array.from(LENGTH_ORDER, (symbol) => code.lengths[symbol] as number);
  const orderedCount = used(ordered, 4);
  bits.write(literalCount - 257, 5);
  bits.write(distanceCount - 1, 5);
  bits.write(orderedCount - 4, 4);
  for (const length of ordered.subarray(0, orderedCount)) bits.write(length, 3);
  for (const token of tokens) {
    bits.write(code.codes[token.symbol] as number, code.lengths[token.symbol] as number);
    bits.write(token.value, token.bits);
  }
}

function symbolOf(code: CopyCode, value: number): number {
  return code.symbols[value] as number;
}

function writeRest(bits: BitWriter, code: CopyCode, symbol: number, value: number): void {
  bits.write(value - (code.bases[symbol] as number), code.bits[symbol] as number);
}

/** One block with codes of its own. */
export function writeBlock(bits: BitWriter, tokens: Uint32Array, isLast: boolean): void {
  const literalCounts = new Uint32Array(LITERALS);
  const distanceCounts = new Uint32Array(DISTANCE_CODES);
  const add = (counts: Uint32Array, symbol: number): void => {
    counts[symbol] = (counts[symbol] as number) + 1;
  };
  for (const token of tokens) {
    const distance = distanceOf(token);
    if (distance === 0) add(literalCounts, token);
    else {
      add(literalCounts, FIRST_LENGTH_SYMBOL + symbolOf(LENGTHS, lengthOrLiteral(token)));
      add(distanceCounts, symbolOf(DISTANCES, distance));
    }
  }
  add(literalCounts, END_OF_BLOCK);
  // One distance at least: some decoders refuse a block without any.
  if (distanceCounts.every((count) => count === 0)) add(distanceCounts, 0);
  const literals = prefixCode(codeLengths(literalCounts, LONGEST_CODE));
  const distances = prefixCode(codeLengths(distanceCounts, LONGEST_CODE));
  bits.write(isLast ? 1 : 0, 1);
  bits.write(2, 2);
  writeCodes(bits, literals, distances);
  const put = (code: PrefixCode, symbol: number): void =>
    bits.write(code.codes[symbol] as number, code.lengths[symbol] as number);
  for (const token of tokens) {
    const distance = distanceOf(token);
    if (distance === 0) {
      put(literals, token);
      continue;
    }
    const length = lengthOrLiteral(token);
    const lengthSymbol = symbolOf(LENGTHS, length);
    put(literals, FIRST_LENGTH_SYMBOL + lengthSymbol);
    writeRest(bits, LENGTHS, lengthSymbol, length);
    const distanceSymbol = symbolOf(DISTANCES, distance);
    put(distances, distanceSymbol);
    writeRest(bits, DISTANCES, distanceSymbol, distance);
  }
  put(literals, END_OF_BLOCK);
}
