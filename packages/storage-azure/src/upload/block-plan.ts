const MiB = 1024 * 1024;
/** Bounds of a block blob (Microsoft's "Scalability and performance targets"): a block may have 4000 MiB, but is held in memory here. */
const MOST_BLOCKS = 50_000;
const LARGEST_BLOCK = 256 * MiB;
/** Buffers of all blocks that are on their way at once. */
const BUFFER_BYTES = 64 * MiB;
const MOST_AT_ONCE = 4;

/** "as number": a declaration cannot carry the type of a product. */
export const LARGEST_BLOB: number = (MOST_BLOCKS * LARGEST_BLOCK) as number;

export interface Block {
  readonly start: number;
  readonly end: number;
}
export interface BlockPlan {
  readonly blocks: readonly Block[];
  /** Bytes of all but the last. */
  readonly blockBytes: number;
  /** How many may be sent at once. */
  readonly atOnce: number;
}

/**
 * Cuts a blob of `size` bytes, 1 at least, into blocks of the preferred size, or of the next whole MiB with which they are few enough.
 * The cut depends on these two numbers alone: a later run finds the blocks of an earlier one.
 */
export function planBlocks(size: number, preferred: number): BlockPlan {
  const needed = Math.ceil(size / MOST_BLOCKS / MiB) * MiB;
  const blockBytes = size <= preferred * MOST_BLOCKS ? preferred : needed;
  const blocks: Block[] = [];
  for (let start = 0; start < size; start += blockBytes)
    blocks.push({ start, end: Math.min(start + blockBytes, size) });
  const atOnce = Math.max(1, Math.min(MOST_AT_ONCE, Math.floor(BUFFER_BYTES / blockBytes)));
  return { blocks, blockBytes, atOnce };
}
