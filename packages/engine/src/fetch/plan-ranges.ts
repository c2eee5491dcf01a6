import type { BlobRef, Extent, FileRow } from "@bale/spec";

/** One run of stored bytes that one or more files need: raw bytes, or whole gzip members. */
export interface Segment {
  readonly offset: number;
  readonly length: number;
  readonly member: boolean;
  /** In ascending `skip`. */
  readonly uses: readonly SegmentUse[];
}
export interface SegmentUse {
  readonly row: FileRow;
  readonly skip: number;
  readonly take: number;
}
/** One request: a stretch of a blob and the segments in it, ascending and not overlapping. */
export interface RangePlan {
  readonly blob: BlobRef;
  readonly start: number;
  readonly end: number;
  /** True when the stretch is the whole blob: the store then checks its digest as well. */
  readonly whole: boolean;
  readonly segments: readonly Segment[];
}
export interface FetchPlan {
  readonly ranges: readonly RangePlan[];
  /** Files whose content is not one extent; each is read extent by extent. */
  readonly scattered: readonly FileRow[];
  /** Files of no bytes, and links: nothing is fetched. */
  readonly empty: readonly FileRow[];
}

// Reading over a gap is cheaper than another request up to about this size: one round trip at 20 ms and 50 MB/s is 1 MB.
const GAP = 256 * 1024;
// A request is cut here, so that several connections share a large pack and a retry repeats little.
const REQUEST = 32 * 1024 * 1024;
// From this share of a blob on, all of it is fetched: one request, and a digest that proves it.
const WHOLE_SHARE = 0.75;

/** With the size: an index that gives one digest two sizes is wrong, and must not make a range of one pass for a range of the other. */
function blobKey(blob: BlobRef): string {
  return `${blob.store ?? ""}:${blob.digest}:${blob.size}`;
}

function overlaps(segments: readonly Segment[]): boolean {
  let end = -1;
  for (const segment of segments) {
    if (segment.offset < end) return true;
    end = segment.offset + segment.length;
  }
  return false;
}

function collectSegments(rows: readonly { readonly row: FileRow; readonly extent: Extent }[]): Segment[] {
  const byPlace = new Map<string, { offset: number; length: number; member: boolean; uses: SegmentUse[] }>();
  for (const { row, extent } of rows) {
    const key = `${extent.offset}+${extent.length}${extent.member ? "m" : ""}`;
    const use = { row, skip: extent.member?.skip ?? 0, take: extent.member?.take ?? extent.length };
    const known = byPlace.get(key);
    if (known) known.uses.push(use);
    else
      byPlace.set(key, {
        offset: extent.offset,
        length: extent.length,
        member: extent.member !== undefined,
        uses: [use],
      });
  }
  const segments = [...byPlace.values()].sort((a, b) => a.offset - b.offset || a.length - b.length);
  for (const segment of segments) segment.uses.sort((a, b) => a.skip - b.skip);
  return segments;
}

function cut(blob: BlobRef, segments: readonly Segment[]): RangePlan[] {
  const ranges: RangePlan[] = [];
  let open: Segment[] = [];
  const close = () => {
    const first = open[0];
    const last = open[open.length - 1];
    if (first && last) {
      const start = first.offset;
      const end = last.offset + last.length;
      ranges.push({ blob, start, end, whole: start === 0 && end === blob.size, segments: open });
    }
    open = [];
  };
  for (const segment of segments) {
    const first = open[0];
    const last = open[open.length - 1];
    if (first && last) {
      const end = last.offset + last.length;
      if (segment.offset - end > GAP || segment.offset + segment.length - first.offset > REQUEST) close();
    }
    open.push(segment);
  }
  close();
  return ranges;
}

/** Which requests bring the content of the rows. Pure; the same input gives the same plan. */
export function planRanges(rows: Iterable<FileRow>): FetchPlan {
  const byBlob = new Map<string, { blob: BlobRef; rows: { row: FileRow; extent: Extent }[] }>();
  const scattered: FileRow[] = [];
  const empty: FileRow[] = [];
  for (const row of rows) {
    const extent = row.extents[0];
    if (row.kind === "link" || (row.extents.length === 0 && !row.unknownExtents)) empty.push(row);
    else if (extent === undefined || row.extents.length > 1 || row.unknownExtents) scattered.push(row);
    else {
      const group = byBlob.get(blobKey(extent.blob));
      if (group) group.rows.push({ row, extent });
      else byBlob.set(blobKey(extent.blob), { blob: extent.blob, rows: [{ row, extent }] });
    }
  }
  const ranges: RangePlan[] = [];
  for (const { blob, rows: wanted } of byBlob.values()) {
    const segments = collectSegments(wanted);
    if (overlaps(segments)) {
      // Another writer may cut members as it likes; what overlaps is read one by one.
      for (const segment of segments) ranges.push(...cut(blob, [segment]));
      continue;
    }
    const bytes = segments.reduce((sum, segment) => sum + segment.length, 0);
    if (bytes >= blob.size * WHOLE_SHARE && segments.length > 0)
      ranges.push({ blob, start: 0, end: blob.size, whole: true, segments });
    else ranges.push(...cut(blob, segments));
  }
  return { ranges, scattered, empty };
}
