export interface PatchLine {
  readonly kind: "added" | "removed" | "context" | "note";
  /** Without its mark. */
  readonly text: string;
  /** In the new file; of a removed line in the old one; none for notes. */
  readonly number: number | undefined;
}
export interface PatchHunk {
  /** `@@ -1,3 +1,4 @@`. */
  readonly head: string;
  readonly lines: readonly PatchLine[];
}

const HEAD = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/;

function markOf(mark: string): PatchLine["kind"] {
  return mark === "+" ? "added" : mark === "-" ? "removed" : mark === "\\" ? "note" : "context";
}

/** Reads a unified diff of one file, whose lines the hunks count; what stands before the first hunk are the names of both files. */
export function readPatch(text: string): readonly PatchHunk[] {
  const hunks: { head: string; lines: PatchLine[] }[] = [];
  let [old, next] = [0, 0];
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  for (const line of lines) {
    const head = HEAD.exec(line);
    if (head) {
      [old, next] = [Number(head[1]), Number(head[2])];
      hunks.push({ head: line, lines: [] });
      continue;
    }
    const kind = markOf(line.slice(0, 1));
    const number = kind === "note" ? undefined : kind === "removed" ? old : next;
    hunks.at(-1)?.lines.push({ kind, text: line.slice(1), number });
    if (kind === "removed" || kind === "context") old++;
    if (kind === "added" || kind === "context") next++;
  }
  return hunks;
}
