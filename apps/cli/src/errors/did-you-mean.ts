/** Steps from one word to the other: insert, remove, replace, or exchange two neighbours (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let steps = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        steps = Math.min(steps, (before[j - 2] ?? 0) + 1);
      row.push(steps);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** The known word that was most likely meant, or `undefined` when none is near. */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
  // The cost grows with the product of the lengths, and no name is longer.
  if (word === "" || word.length > 64) return undefined;
  const typed = word.toLowerCase();
  let best: string | undefined;
  let bestSteps = Number.POSITIVE_INFINITY;
  for (const each of known) {
    const name = each.toLowerCase();
    const steps = typed.length > 2 && name.startsWith(typed) ? 1 : editDistance(typed, name);
    if (steps <= Math.max(1, Math.floor(name.length / 3)) && steps < bestSteps) {
      best = each;
      bestSteps = steps;
    }
  }
  return best;
}

/** ` (did you mean push?)`, or nothing. */
export function suggestion(word: string, known: readonly string[]): string {
  const meant = didYouMean(word, known);
  return meant === undefined ? "" : ` (did you mean ${meant}?)`;
}
