import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { BundlePath, Digest, EntryKind } from "@bale/spec";
import { controlPaths } from "../control-folder.js";
import { fileStatOf, lstatIfThere } from "../file-stat.js";
import { localError } from "../local-error.js";
import { FILES, readJournal } from "./kept-journal.js";

/** A file that a command replaced or removed, as it is kept. */
export interface ReplacedFile {
  /** Of the command's run; sorts by time. */
  readonly id: string;
  readonly path: BundlePath;
  readonly kind: EntryKind | "special";
  /** Bytes. */
  readonly size: number;
  readonly digest?: Digest | undefined;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly reason: string;
  /** Absolute. */
  readonly file: string;
}

const ID = /^([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{3})Z-[0-9a-f]{6}$/;

function timeOf(id: string): number {
  const [, year, month, day, hour, minute, second, ms] = ID.exec(id) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
}

function* filesBelow(folder: string, prefix: string): Generator<string> {
  for (const child of readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    if (child.isDirectory()) yield* filesBelow(join(folder, child.name), `${prefix}${child.name}/`);
    else yield prefix + child.name;
  }
}

function listOne(folder: string, id: string): readonly ReplacedFile[] {
  const files = join(folder, FILES);
  if (!existsSync(files)) return [];
  const { head, lines } = readJournal(folder);
  const found: ReplacedFile[] = [];
  for (const path of filesBelow(files, "")) {
    const file = join(files, path);
    const stats = lstatIfThere(file);
    const stat = stats && fileStatOf(stats);
    const digest = lines.get(path)?.digest;
    found.push({
      id,
      path: path as BundlePath,
      kind: stat?.kind ?? "special",
      size: stat?.size ?? 0,
      ...(digest ? { digest } : {}),
      atMs: head.atMs ?? timeOf(id),
      reason: head.reason ?? "",
      file,
    });
  }
  return found;
}

function ids(root: string): readonly string[] {
  const { replaced } = controlPaths(root);
  return existsSync(replaced)
    ? readdirSync(replaced)
        .filter((name) => ID.test(name))
        .sort()
        .reverse()
    : [];
}

/** Everything that is kept, newest first; of one run by path. What is on disk counts, the journal only adds words. @throws BaleError `PERMISSION`, `IO` */
export function listReplaced(root: string): readonly ReplacedFile[] {
  const { replaced } = controlPaths(root);
  try {
    return ids(root).flatMap((id) => listOne(join(replaced, id), id));
  } catch (error) {
    throw localError(error, replaced, "reading");
  }
}

export interface PruneReplacedOptions {
  /** Runs at least this old, in milliseconds. Default 0: all. */
  readonly olderThanMs?: number | undefined;
  readonly nowMs?: number | undefined;
  readonly dryRun?: boolean | undefined;
}

/** Removes kept files for good. Call with the lock held. @throws BaleError `PERMISSION`, `IO` */
export function pruneReplaced(
  root: string,
  options: PruneReplacedOptions = {},
): { readonly files: number; readonly bytes: number } {
  const { replaced } = controlPaths(root);
  const now = options.nowMs ?? Date.now();
  let files = 0;
  let bytes = 0;
  try {
    for (const id of ids(root)) {
      if (now - timeOf(id) < (options.olderThanMs ?? 0)) continue;
      for (const { size } of listOne(join(replaced, id), id)) {
        files++;
        bytes += size;
      }
      if (!options.dryRun) rmSync(join(replaced, id), { recursive: true, force: true });
    }
  } catch (error) {
    throw localError(error, replaced, "removing");
  }
  return { files, bytes };
}
