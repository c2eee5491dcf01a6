import { tarHeader } from "@bale/core";
import { comparePaths } from "@bale/spec";
import type { TarItem } from "../tar/read-tar.js";
import { BLOBS_FOLDER } from "../write/archive-stream.js";

/** Compares an archive with what bale would have written, as it passes. */
export interface CanonicalForm {
  readonly entry: (name: string, item: TarItem) => void;
  /** What is different from the canonical form; `undefined` when nothing is. `zeros`: after the end. */
  readonly difference: (zeros: number) => string | undefined;
}

const BEFORE = ["blobs", BLOBS_FOLDER] as const;
const AFTER = ["index.json", "oci-layout"] as const;

/** Which part of an archive an entry belongs to, in their order. */
function partOf(name: string): number {
  const before = BEFORE.indexOf(name as (typeof BEFORE)[number]);
  if (before >= 0) return before;
  if (name.startsWith(`${BLOBS_FOLDER}/`)) return BEFORE.length;
  const after = AFTER.indexOf(name as (typeof AFTER)[number]);
  return after < 0 ? -1 : BEFORE.length + 1 + after;
}

export function createCanonicalForm(): CanonicalForm {
  let found: string | undefined;
  let previous: string | undefined;
  let entries = 0;
  let blobs = 0;
  return {
    entry: (name, { type, size, header }) => {
      if (found !== undefined) return;
      const part = partOf(name);
      const isBlob = part === BEFORE.length;
      if (isBlob) blobs++;
      entries++;
      const expected = tarHeader({ path: name, type, size });
      if (part < 0) found = `${name} has no place in it`;
      else if (!Buffer.from(header).equals(expected))
        found = `the header of ${name} is not the canonical one`;
      else if ((type === "folder") !== part < BEFORE.length) found = `${name} is of another type`;
      else if (
        previous !== undefined &&
        (isBlob ? comparePaths(previous, name) >= 0 : partOf(previous) >= part)
      )
        found = `${name} is out of order`;
      previous = name;
    },
    difference: (zeros) => {
      if (found !== undefined) return found;
      if (entries !== BEFORE.length + blobs + AFTER.length) return "an entry is missing";
      return zeros === 0 ? undefined : "something follows its end";
    },
  };
}
