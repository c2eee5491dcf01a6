import type { BaleError, BundlePath, ErrorCode, LongCallOptions } from "@bale/spec";
import type { FileStat, QuickStat } from "../file-stat.js";
import type { IgnoreRules } from "./ignore-rules.js";

/** Something on disk that no bundle can hold. */
export interface TreeProblem {
  /** For people: bytes that are not UTF-8 and control characters are written as escapes. */
  readonly path: string;
  readonly code: ErrorCode;
  readonly why: string;
}
export interface ScannedFile {
  readonly path: BundlePath;
  readonly stat: FileStat;
}
export interface TreeScan {
  /** Files and links that are tracked or not ignored, in the order of `comparePaths`. */
  readonly files: readonly ScannedFile[];
  /** What the rules hid, as far as the walk met it; folders end with a slash and were not entered. */
  readonly ignored: readonly string[];
  readonly problems: readonly TreeProblem[];
  /** Folders, by path, that could not be read: nothing is known of what they hold. */
  readonly unreadable: ReadonlyMap<string, BaleError>;
  /** Folders that were entered, by path; the root is the empty text. */
  readonly folders: ReadonlySet<string>;
}
export interface ScanOptions extends LongCallOptions {
  readonly ignore: IgnoreRules;
  /** Tracked files are found even where they are ignored, as long as their folder is entered. */
  readonly isTracked: (path: BundlePath) => boolean;
  /**
   * Asked first, once for each file in the order of the walk; what it takes (true) is not in `files`. A reader who knows 100,000 files then needs
   * neither a text of each path nor to keep its stat. `prefix` is the folder with a slash, or empty.
   */
  readonly claim?: ((prefix: string, name: string, stat: QuickStat) => boolean) | undefined;
  /** Folder to begin at, by path. Default: the root. */
  readonly from?: string | undefined;
  readonly task?: number | undefined;
}
