import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** Every file and link below a folder: "file", "exec" or "link", and the sha256 of its bytes or its target. */
export type Snapshot = ReadonlyMap<string, string>;

export interface SnapshotOptions {
  /** Without `bale.yaml` and `.baleignore` of the root. */
  readonly withoutDeclarations?: boolean;
}

/** What a folder holds, read without any code of the project; `.bale` of the root is left out. */
export function snapshot(root: string, options: SnapshotOptions = {}): Snapshot {
  const found = new Map<string, string>();
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (path === ".bale") continue;
      if (options.withoutDeclarations && (path === "bale.yaml" || path === ".baleignore")) continue;
      if (entry.isDirectory()) walk(path);
      else found.set(path, describe(join(root, path), entry.isSymbolicLink()));
    }
  };
  walk("");
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function describe(file: string, isLink: boolean): string {
  if (isLink) return `link ${readlinkSync(file)}`;
  const kind = lstatSync(file).mode & 0o100 ? "exec" : "file";
  return `${kind} ${createHash("sha256").update(readFileSync(file)).digest("hex")}`;
}

/** The differences, a few of them, in words: a map of 10,000 entries says nothing in a failed test. */
export function differences(actual: Snapshot, expected: Snapshot): string[] {
  const lines: string[] = [];
  for (const [path, state] of expected) {
    const found = actual.get(path);
    if (found === undefined) lines.push(`missing: ${path} (${state})`);
    else if (found !== state) lines.push(`differs: ${path}: ${found} in place of ${state}`);
  }
  for (const [path, state] of actual) if (!expected.has(path)) lines.push(`too much: ${path} (${state})`);
  return lines.length > 20 ? [...lines.slice(0, 20), `and ${lines.length - 20} more`] : lines;
}
