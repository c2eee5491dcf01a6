const UNITS: ReadonlyMap<string, number> = new Map([
  ["", 1],
  ["B", 1],
  ["KB", 1e3],
  ["MB", 1e6],
  ["GB", 1e9],
  ["TB", 1e12],
  ["KIB", 2 ** 10],
  ["MIB", 2 ** 20],
  ["GIB", 2 ** 30],
  ["TIB", 2 ** 40],
]);
const SIZE = /^([0-9]{1,15}(?:\.[0-9]{1,6})?) ?([kmgt]?i?b|)$/i;

/** Bytes of `50MB` (10^6), `1MiB` (2^20) or a plain number; `undefined` when it is no size. */
export function parseByteSize(value: string | number): number | undefined {
  const match = SIZE.exec(String(value));
  const unit = UNITS.get(match?.[2]?.toUpperCase() ?? "");
  if (!match || unit === undefined) return undefined;
  const bytes = Math.round(Number(match[1]) * unit);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
