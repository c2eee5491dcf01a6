import { readdirSync } from "node:fs";
import { comparePaths } from "@bale/spec";
import { escapeName, isUtf8 } from "./escape-name.js";

export interface FolderNames {
  /** Sorted as bytes. */
  readonly names: readonly string[];
  /** Names that are not UTF-8, escaped. */
  readonly undecodable: readonly string[];
}

// From here on the order of UTF-16 units and of UTF-8 bytes may differ.
const BEYOND_BASIC = /[\ud800-\uffff]/;

/** Sorts names in place, as their UTF-8 bytes. */
export function sortNames(names: string[]): string[] {
  return names.some((name) => BEYOND_BASIC.test(name)) ? names.sort(comparePaths) : names.sort();
}

/** Reads a folder without losing names that are not UTF-8: Node turns their bytes into U+FFFD, and a file by that name is not there. */
export function readFolder(folder: string): FolderNames {
  const names = readdirSync(folder);
  if (!names.some((name) => name.includes("\ufffd"))) return { names: sortNames(names), undecodable: [] };
  const raw = readdirSync(folder, { encoding: "buffer" });
  return {
    names: sortNames(raw.filter(isUtf8).map((name) => name.toString("utf8"))),
    undecodable: raw.filter((name) => !isUtf8(name)).map(escapeName),
  };
}
