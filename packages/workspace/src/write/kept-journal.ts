import { appendFileSync, closeSync, fsyncSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Digest, EntryKind } from "@bale/spec";
import { localError } from "../local-error.js";
import { syncFolder } from "../write-atomic.js";

/** First line of a journal. */
export interface JournalHead {
  readonly version: 1;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** What replaced the files, for people: `pull ghcr.io/acme/app:v2`. */
  readonly reason: string;
}
/** One kept file. */
export interface JournalLine {
  readonly path: string;
  readonly kind: EntryKind | "special";
  /** Bytes. */
  readonly size: number;
  readonly digest?: Digest | undefined;
}

const JOURNAL = "journal";
export const FILES = "files";

/** Lines are written before the file that they name is moved: a line without a file means only that it never was. */
export interface KeptJournal {
  readonly folder: string;
  readonly append: (line: JournalLine) => void;
  readonly close: () => void;
}

/** Begins a journal in a new folder. @throws BaleError `NO_SPACE`, `PERMISSION`, `IO` */
export function createJournal(folder: string, head: JournalHead, sync: boolean): KeptJournal {
  const file = join(folder, JOURNAL);
  try {
    mkdirSync(join(folder, FILES), { recursive: true, mode: 0o700 });
    const fd = openSync(file, "ax", 0o600);
    const write = (value: JournalHead | JournalLine): void => {
      try {
        appendFileSync(fd, `${JSON.stringify(value)}\n`);
      } catch (error) {
        throw localError(error, file, "writing");
      }
    };
    write(head);
    return {
      folder,
      append: write,
      close() {
        if (sync) fsyncSync(fd);
        closeSync(fd);
        if (sync) syncFolder(folder);
      },
    };
  } catch (error) {
    throw localError(error, file, "writing");
  }
}

function parseLine(line: string): Partial<JournalHead & JournalLine> {
  try {
    return JSON.parse(line) as Partial<JournalHead & JournalLine>;
  } catch {
    return {}; // The last line may have been cut by a crash.
  }
}

/** What a journal says; one that is missing or cut says less. */
export function readJournal(folder: string): {
  readonly head: Partial<JournalHead>;
  readonly lines: ReadonlyMap<string, JournalLine>;
} {
  let text = "";
  try {
    text = readFileSync(join(folder, JOURNAL), "utf8");
  } catch {
    // The files themselves are what counts.
  }
  const [head = {}, ...lines] = text.split("\n").map(parseLine);
  const known = lines.filter((line): line is JournalLine => typeof line.path === "string");
  return { head, lines: new Map(known.map((line) => [line.path, line])) };
}
