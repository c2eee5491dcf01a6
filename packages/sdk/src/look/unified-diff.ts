// Time and memory of the search for a short edit grow with its square (Myers, 1986): two texts of 1 MiB without a common line would take minutes.
const LONGEST_SEARCH = 2_000;
const CONTEXT = 3;
const NO_END = "\\ No newline at end of file";

/** Lines without their ends; the last one is empty where the text ends with a line end. */
function splitLines(text: string): readonly string[] {
  return text.split("\n");
}

/** How many lines two lists have in common, from their beginning. */
function commonLines(a: readonly string[], b: readonly string[]): number {
  let count = 0;
  while (count < a.length && count < b.length && a[count] === b[count]) count++;
  return count;
}

/** The lines of one side with a mark. What stands after the last line end is a line only if it is not empty. */
function marked(mark: string, lines: readonly string[], holdsEnd: boolean): readonly string[] {
  const shown = holdsEnd && lines.at(-1) === "" ? lines.slice(0, -1) : lines;
  const texts = shown.map((line) => `${mark}${line}`);
  return holdsEnd && shown.length === lines.length && shown.length > 0 ? [...texts, NO_END] : texts;
}

/** One hunk: everything between what both texts begin with and what they end with. A correct diff, though not the shortest. */
function wholeHunk(before: string, after: string) {
  const [a, b] = [splitLines(before), splitLines(after)];
  const same = commonLines(a, b);
  const rest = [a.slice(same).reverse(), b.slice(same).reverse()] as const;
  const sameEnd = commonLines(rest[0], rest[1]);
  const from = Math.max(0, same - CONTEXT);
  const until = Math.max(0, sameEnd - CONTEXT);
  const isAtEnd = until === 0;
  const lines = [
    ...marked(" ", a.slice(from, same), false),
    ...marked("-", a.slice(same, a.length - sameEnd), sameEnd === 0),
    ...marked("+", b.slice(same, b.length - sameEnd), sameEnd === 0),
    ...marked(" ", a.slice(a.length - sameEnd, a.length - until), isAtEnd),
  ];
  const count = (mark: string) =>
    lines.filter((line) => line.startsWith(" ") || line.startsWith(mark)).length;
  const [oldLines, newLines] = [count("-"), count("+")];
  return { oldStart: from + 1, oldLines, newStart: from + 1, newLines, lines };
}

/** The changed lines of two texts in the form of `diff -u`, three lines of context around them. In bounded time: of texts that differ much, one hunk replaces all of it. */
export async function unifiedDiff(from: string, to: string, before: string, after: string): Promise<string> {
  const { createTwoFilesPatch, formatPatch } = await import("diff");
  const short = createTwoFilesPatch(from, to, before, after, undefined, undefined, {
    context: CONTEXT,
    maxEditLength: LONGEST_SEARCH,
  });
  const text =
    short ??
    formatPatch({
      oldFileName: from,
      newFileName: to,
      oldHeader: undefined,
      newHeader: undefined,
      hunks: [wholeHunk(before, after)],
    });
  // The library begins with a ruler that neither patch(1) nor git writes.
  return text.replace(/^=+\n/, "");
}
