import type { BlobRef, Extent } from "@bale/spec";
import { isCount } from "../json/json-shape.js";
import type { IndexErrors } from "./index-error.js";

const NO_EXTENTS: readonly Extent[] = [];

/** Whether a later version may mean something by it: an object, or a list that is neither three nor five long or begins with no number. */
function hasUnknownForm(value: unknown): boolean {
  if (!Array.isArray(value)) return typeof value === "object" && value !== null;
  return (value.length !== 3 && value.length !== 5) || typeof value[0] !== "number";
}

function parseExtent(value: readonly unknown[], blobs: readonly BlobRef[], errors: IndexErrors): Extent {
  const [number, offset, length, skip, take] = value;
  const blob = isCount(number) ? blobs[number] : undefined;
  if (blob === undefined) throw errors.invalid("an extent names a blob that is not in the list");
  if (!isCount(offset) || !isCount(length)) throw errors.invalid("an extent has a number that is no count");
  if (value.length === 3) return { blob, offset, length };
  if (!isCount(skip) || !isCount(take)) throw errors.invalid("an extent has a number that is no count");
  return { blob, offset, length, member: { skip, take } };
}

/** The `where` of a file. `undefined`: at least one extent has a form that this version does not know. @throws BaleError `INDEX_INVALID` */
export function parseExtents(
  where: unknown,
  blobs: readonly BlobRef[],
  errors: IndexErrors,
): readonly Extent[] | undefined {
  if (!Array.isArray(where)) throw errors.invalid("a file has no list of extents");
  if (where.length === 0) return NO_EXTENTS;
  const extents: Extent[] = [];
  for (const value of where as readonly unknown[]) {
    if (hasUnknownForm(value)) return undefined;
    if (!Array.isArray(value)) throw errors.invalid("an extent is no list");
    extents.push(parseExtent(value, blobs, errors));
  }
  return extents;
}
