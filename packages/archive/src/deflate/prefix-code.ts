/** A prefix code as RFC 1951, section 3.2.2, makes it from code lengths. */
export interface PrefixCode {
  /** Bits of each symbol's code; 0 where it has none. */
  readonly lengths: Uint8Array;
  /** Codes with their bits reversed, as they are written. */
  readonly codes: Uint16Array;
}

interface Package {
  readonly weight: number;
  /** Of a single symbol. */
  readonly symbol?: number;
  readonly left?: Package;
  readonly right?: Package;
}

function merge(leaves: readonly Package[], packages: readonly Package[]): Package[] {
  const merged: Package[] = [];
  let next = 0;
  for (const leaf of leaves) {
    // At equal weight a single symbol comes first: one choice everywhere, whatever the engine.
    while (next < packages.length && (packages[next] as Package).weight < leaf.weight)
      merged.push(packages[next++] as Package);
    merged.push(leaf);
  }
  while (next < packages.length) merged.push(packages[next++] as Package);
  return merged;
}

function pairs(packages: readonly Package[]): Package[] {
  const paired: Package[] = [];
  for (let at = 0; at + 1 < packages.length; at += 2) {
    const left = packages[at] as Package;
    const right = packages[at + 1] as Package;
    paired.push({ weight: left.weight + right.weight, left, right });
  }
  return paired;
}

function count(item: Package, lengths: Uint8Array): void {
  if (item.symbol !== undefined) lengths[item.symbol] = (lengths[item.symbol] as number) + 1;
  if (item.left) count(item.left, lengths);
  if (item.right) count(item.right, lengths);
}

/** The best code lengths of at most `longest` bits, by package-merge (Larmore and Hirschberg, 1990). A lone symbol gets one bit. */
export function codeLengths(frequencies: Uint32Array, longest: number): Uint8Array {
  const lengths = new Uint8Array(frequencies.length);
  const leaves: Package[] = [];
  for (const [symbol, weight] of frequencies.entries()) if (weight > 0) leaves.push({ weight, symbol });
  leaves.sort((a, b) => a.weight - b.weight || (a.symbol ?? 0) - (b.symbol ?? 0));
  const [only] = leaves;
  if (leaves.length < 2) {
    if (only?.symbol !== undefined) lengths[only.symbol] = 1;
    return lengths;
  }
  let packages = leaves;
  for (let bits = 1; bits < longest; bits++) packages = merge(leaves, pairs(packages));
  for (const item of packages.slice(0, 2 * leaves.length - 2)) count(item, lengths);
  return lengths;
}

function reversed(code: number, bits: number): number {
  let result = 0;
  for (let bit = 0; bit < bits; bit++) result |= ((code >>> bit) & 1) << (bits - 1 - bit);
  return result;
}

/** The code that goes with these lengths: shorter ones first, equal ones by symbol. */
export function prefixCode(lengths: Uint8Array): PrefixCode {
  const codes = new Uint16Array(lengths.length);
  let code = 0;
  for (let bits = 1; bits <= 15; bits++) {
    for (let symbol = 0; symbol < lengths.length; symbol++)
      if (lengths[symbol] === bits) codes[symbol] = reversed(code++, bits);
    code <<= 1;
  }
  return { lengths, codes };
}
