import { BaleError, type Digest, type Extent, type FileRow, LIMITS, utf8Length } from "@bale/spec";
import { isCount } from "../json/json-shape.js";
import { linkTargetProblem } from "../tree/link-target.js";
import type { IndexErrors } from "./index-error.js";

/** sha256 of no bytes. */
export const EMPTY_DIGEST: Digest =
  "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" as Digest;

/** Everything that makes one extent wrong, whatever file it belongs to. */
function checkExtent(extent: Extent, errors: IndexErrors): void {
  const { blob, offset, length, member } = extent;
  if (!isCount(blob.size) || !isCount(offset) || !isCount(length))
    throw errors.invalid("an extent has a number that is no count");
  if (length < 1) throw errors.invalid("an extent has no bytes");
  // Subtraction, since the sum of two counts can pass 2^53.
  if (length > blob.size || offset > blob.size - length)
    throw errors.invalid(`an extent reaches past the ${blob.size} bytes of its blob`);
  if (member === undefined) return;
  if (!isCount(member.skip) || !isCount(member.take))
    throw errors.invalid("an extent has a number that is no count");
  if (member.take < 1) throw errors.invalid("an extent takes no bytes");
  if (member.skip > LIMITS.extentSkipBytes)
    throw errors.limit(`an extent skips more than ${LIMITS.extentSkipBytes} bytes`);
}

/** Extents that give exactly `size` bytes and expand within the limits. Overlaps are fine: they only read the same bytes twice. */
function checkExtents(row: FileRow, errors: IndexErrors): void {
  let size = 0;
  let decoded = 0;
  let stored = 0;
  for (const extent of row.extents) {
    checkExtent(extent, errors);
    size += extent.member ? extent.member.take : extent.length;
    if (!extent.member) continue;
    decoded += extent.member.skip + extent.member.take;
    stored += extent.length;
  }
  if (size !== row.size) throw errors.invalid(`its extents give ${size} bytes, not ${row.size}`);
  if (decoded > LIMITS.expansionFreeBytes && decoded > stored * LIMITS.expansionRatio)
    throw errors.limit(
      `${stored} stored bytes would become ${decoded}, more than ${LIMITS.expansionRatio}:1`,
    );
}

/**
 * What a row must be to be written or read. The path is one already.
 * @throws BaleError `INDEX_INVALID`, `LIMIT`, `LINK_UNSAFE`
 */
export function checkRow(row: FileRow, errors: IndexErrors): void {
  if (!isCount(row.size)) throw errors.invalid("its size is no whole number from 0 to 2^53 - 1");
  if (row.kind === "link") {
    checkLink(row, errors);
    return;
  }
  if (row.target !== undefined) throw errors.invalid("a file has a target");
  if (row.size === 0 && row.digest !== EMPTY_DIGEST)
    throw errors.invalid("a file of no bytes has another digest than that of no bytes");
  if (row.unknownExtents) return;
  checkExtents(row, errors);
}

function checkLink(row: FileRow, errors: IndexErrors): void {
  if (row.target === undefined || row.extents.length > 0 || row.unknownExtents)
    throw errors.invalid("a link has a target and nothing else");
  const problem = linkTargetProblem(row.path, row.target);
  if (problem !== undefined)
    throw new BaleError({
      code: "LINK_UNSAFE",
      message: `link refused: ${JSON.stringify(row.path.slice(0, 200))} -> ${JSON.stringify(row.target.slice(0, 200))}`,
      why: problem,
      context: { path: row.path, target: row.target.slice(0, 200) },
    });
  const bytes = utf8Length(row.target);
  if (row.size !== bytes)
    throw errors.invalid(`a link's size is ${row.size}, but its target has ${bytes} bytes`);
}
