import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type BundlePath,
  bundlePathProblem,
  type Digest,
  digestFromHex,
  digestHex,
  type EntryKind,
  isDigest,
} from "@bale/spec";
import {
  type Capabilities,
  errnoOf,
  type FileStat,
  localError,
  readBootId,
  writeFileAtomic,
} from "@bale/workspace";

/** The file that says that a folder is kept by `ensure`. */
export const RECORD_FILE = ".bale-ensure.json";
/** Every name at the top of such a folder that is ensure's own: record, lock, staging and their temporary files. */
export const OWN_PREFIX = ".bale-ensure.";

/** A file of the folder as it was when it was known to have the bundle's content. */
export interface RecordedFile {
  readonly path: BundlePath;
  readonly kind: EntryKind;
  readonly digest: Digest;
  /** Bytes; of a link, of its target. */
  readonly size: number;
  /** Absent where an edit could have left the same stat: then only the bytes tell. */
  readonly stat?: FileStat | undefined;
}
export interface RecordedSelection {
  readonly roles: readonly string[];
  readonly layers: readonly string[];
  readonly paths: readonly string[];
}
/** What `.bale-ensure.json` says. */
export interface EnsureRecord {
  /** False while a run is replacing files: some are the old version's, some the new one's. */
  readonly complete: boolean;
  /** As the user would write it, with its tag. */
  readonly reference: string;
  /** Registry and repository, or the layout's folder. */
  readonly repository: string;
  readonly manifest: Digest;
  readonly contentDigest: Digest;
  readonly platform?: string | undefined;
  readonly selection: RecordedSelection;
  readonly leftOut: readonly string[];
  /** What the folder's disk can keep. */
  readonly capabilities: Capabilities;
  readonly files: readonly RecordedFile[];
}

const VERSION = 1;
const KINDS: readonly EntryKind[] = ["file", "exec", "link"];
// Dirty pages reach a Linux disk within about 35 seconds; files are not synced, so after another boot young ones are read again.
const UNSAFE_BEFORE_SAVE_NS = 120_000_000_000n;

type StoredStat = readonly [kind: number, size: number, mtimeNs: string, ctimeNs: string, ino: string];
type StoredFile = readonly [path: string, kind: number, hex: string, size: number, stat: StoredStat | 0];

function storedStat(stat: FileStat): StoredStat {
  return [KINDS.indexOf(stat.kind), stat.size, String(stat.mtimeNs), String(stat.ctimeNs), String(stat.ino)];
}

function storedFile({ path, kind, digest, size, stat }: RecordedFile): StoredFile {
  return [path, KINDS.indexOf(kind), digestHex(digest), size, stat ? storedStat(stat) : 0];
}

/** Replaces the record whole. `savedAtNs`: now, on the clock that stamps the folder's files. @throws BaleError `NO_SPACE`, `PERMISSION`, `IO` */
export function writeEnsureRecord(
  root: string,
  record: EnsureRecord,
  options: { readonly savedAtNs: bigint; readonly sync: boolean },
): void {
  const { files, ...head } = record;
  const text = JSON.stringify({
    version: VERSION,
    ...head,
    bootId: readBootId(),
    savedAtNs: String(options.savedAtNs),
    files: files.map(storedFile),
  });
  writeFileAtomic(join(root, RECORD_FILE), Buffer.from(`${text}\n`, "utf8"), {
    mode: 0o644,
    sync: options.sync,
  });
}

const isText = (value: unknown): value is string => typeof value === "string";
const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText);

function readStat(stored: unknown, safeUntilNs: bigint | undefined): FileStat | undefined {
  if (!Array.isArray(stored) || stored.length !== 5) return undefined;
  const [kind, size, mtimeNs, ctimeNs, ino] = stored as unknown as StoredStat;
  const known = KINDS[kind];
  if (
    !known ||
    !Number.isSafeInteger(size) ||
    ![mtimeNs, ctimeNs, ino].every((text) => isText(text) && /^-?[0-9]{1,20}$/.test(text))
  )
    return undefined;
  const stat = { kind: known, size, mtimeNs: BigInt(mtimeNs), ctimeNs: BigInt(ctimeNs), ino: BigInt(ino) };
  return safeUntilNs === undefined || (stat.mtimeNs < safeUntilNs && stat.ctimeNs < safeUntilNs)
    ? stat
    : undefined;
}

function readFile(stored: unknown, safeUntilNs: bigint | undefined): RecordedFile {
  if (!Array.isArray(stored)) throw new TypeError("a row is no list");
  const [path, kind, hex, size, stat] = stored as unknown as StoredFile;
  const known = KINDS[kind];
  if (!isText(path) || bundlePathProblem(path) || !known || !isText(hex) || !Number.isSafeInteger(size))
    throw new TypeError("a row has another form");
  return {
    path: path as BundlePath,
    kind: known,
    digest: digestFromHex(hex),
    size,
    stat: readStat(stat, safeUntilNs),
  };
}

function isCapabilities(value: Partial<Capabilities> | undefined): value is Capabilities {
  const { executableBit, symlinks, caseSensitive, keepsNormalization } = value ?? {};
  return [executableBit, symlinks, caseSensitive, keepsNormalization].every(
    (each) => typeof each === "boolean",
  );
}

function parseRecord(text: string): EnsureRecord | undefined {
  try {
    const value = JSON.parse(text) as Partial<EnsureRecord> & {
      readonly version?: unknown;
      readonly bootId?: unknown;
      readonly savedAtNs?: unknown;
    };
    const {
      complete,
      reference,
      repository,
      manifest,
      contentDigest,
      platform,
      selection,
      leftOut,
      capabilities,
      files,
      savedAtNs,
    } = value;
    if (
      value.version !== VERSION ||
      typeof complete !== "boolean" ||
      !isText(reference) ||
      !isText(repository)
    )
      return undefined;
    if (!isDigest(manifest) || !isDigest(contentDigest) || (platform !== undefined && !isText(platform)))
      return undefined;
    if (!selection || !isTexts(selection.roles) || !isTexts(selection.layers) || !isTexts(selection.paths))
      return undefined;
    if (!isTexts(leftOut) || !Array.isArray(files) || !isText(savedAtNs) || !/^[0-9]{1,20}$/.test(savedAtNs))
      return undefined;
    if (!isCapabilities(capabilities)) return undefined;
    const safeUntilNs = value.bootId === readBootId() ? undefined : BigInt(savedAtNs) - UNSAFE_BEFORE_SAVE_NS;
    const rows: readonly unknown[] = files;
    return {
      complete,
      reference,
      repository,
      manifest,
      contentDigest,
      platform,
      selection: { roles: selection.roles, layers: selection.layers, paths: selection.paths },
      leftOut,
      capabilities,
      files: rows.map((row) => readFile(row, safeUntilNs)),
    };
  } catch {
    return undefined; // Damaged, or of another version: the folder is still ensure's, but nothing is known of it.
  }
}

/**
 * `absent`: the folder is not kept by `ensure`. A record that cannot be read is `unknown`: every file is then read again.
 * @throws BaleError `PERMISSION`, `IO`
 */
export function readEnsureRecord(root: string): EnsureRecord | "absent" | "unknown" {
  const file = join(root, RECORD_FILE);
  try {
    return parseRecord(readFileSync(file, "utf8")) ?? "unknown";
  } catch (error) {
    const name = errnoOf(error);
    if (name === "ENOENT" || name === "ENOTDIR") return "absent";
    throw localError(error, file, "reading");
  }
}
