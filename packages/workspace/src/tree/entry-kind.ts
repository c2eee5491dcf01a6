import type { EntryKind } from "@bale/spec";
import type { Capabilities } from "../capabilities.js";
import type { FileStat } from "../file-stat.js";

/**
 * What a file of W is. Where the disk keeps no executable bit or no links, only the base can know: then a link is a file that holds its target,
 * whose digest is that of the link.
 */
export function entryKind(
  seen: FileStat["kind"],
  base: EntryKind | undefined,
  capabilities: Capabilities,
): EntryKind {
  if (seen === "link") return "link";
  if (base === "link" && !capabilities.symlinks) return "link";
  if (!capabilities.executableBit) return base === "exec" ? "exec" : "file";
  return seen;
}
