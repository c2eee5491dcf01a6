import type { ConfigIssue } from "@bale/spec";

/** A key that is known elsewhere, with the reason why not here. */
export type KeyAdvice = ReadonlyMap<string, string>;

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min(
          (row[j] ?? 0) + 1,
          (next[j - 1] ?? 0) + 1,
          (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
        ),
      );
    row = next;
  }
  return row[b.length] ?? 0;
}

function closest(key: string, known: readonly string[]): string | undefined {
  return known
    .map((each) => [distance(key.toLowerCase(), each.toLowerCase()), each] as const)
    .filter(([steps, each]) => steps <= Math.max(1, Math.floor(each.length / 3)))
    .sort(([a], [b]) => a - b)[0]?.[1];
}

/** One issue for each key that is not known. The schema library stops at the first. */
export function unknownKeys(
  value: unknown,
  path: readonly (string | number)[],
  known: readonly string[],
  advice: KeyAdvice = new Map(),
): readonly ConfigIssue[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const near = closest(key, known);
      const hint = near === undefined ? `known are ${known.join(", ")}` : `did you mean ${near}?`;
      return { path: [...path, key], message: advice.get(key) ?? `unknown key; ${hint}` };
    });
}
