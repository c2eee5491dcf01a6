import type { ByteSource } from "@bale/spec";
import type { Payload } from "../api/payload.js";
import type { BufferPool } from "./buffer-pool.js";
import { exactSource, otherSize } from "./exact-source.js";
import { createPartHashes } from "./part-hashes.js";
import type { Part } from "./plan-parts.js";

/** A part that is ready to be sent. */
export interface ReadyPart {
  readonly part: Part;
  readonly payload: Payload;
  /** As an ETag has it, without the quotes; only where it was asked for. */
  readonly md5: string | undefined;
  /** Frees its memory. */
  readonly release: () => void;
}
export interface ReadParts {
  readonly source: ByteSource;
  readonly parts: Iterable<Part>;
  /** Where parts wait; those that are larger than its buffers are read twice instead. */
  readonly pool: BufferPool;
  readonly wantsMd5: (part: Part) => boolean;
  readonly signal: AbortSignal;
}

/**
 * Reads the source once, from its first byte to its last, and cuts it: whoever checks what is read need not read it again. The last part comes
 * only when the source has ended as it should.
 */
async function* cutParts({ source, parts, pool, wantsMd5, signal }: ReadParts): AsyncGenerator<ReadyPart> {
  const chunks = source.open({ signal })[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array();
  /** The next bytes; `false` at the end. */
  const advance = async (): Promise<boolean> => {
    while (rest.length === 0) {
      signal.throwIfAborted();
      const step = await chunks.next();
      if (step.done) return false;
      rest = step.value;
    }
    return true;
  };
  try {
    for (const part of parts) {
      const size = sizeOf(part);
      const buffer = await pool.take();
      const hashes = createPartHashes(wantsMd5(part));
      for (let filled = 0; filled < size; ) {
        if (!(await advance())) throw otherSize(source.size, String(part.start + filled));
        const piece = rest.subarray(0, size - filled);
        hashes.update(piece);
        buffer.set(piece, filled);
        filled += piece.length;
        rest = rest.subarray(piece.length);
      }
      if (part.endExclusive === source.size && (await advance())) throw otherSize(source.size, "more");
      const { sha256, md5 } = hashes.finish();
      const bytes = buffer.subarray(0, size);
      const open: Payload["open"] = async function* () {
        yield bytes;
      };
      yield { part, md5, payload: { size, sha256, open }, release: () => pool.giveBack(buffer) };
    }
  } finally {
    await chunks.return?.();
  }
}

/** Reads each part to hash it, and once more to send it: for parts that are too large to keep. */
async function* rereadParts({ source, parts, wantsMd5, signal }: ReadParts): AsyncGenerator<ReadyPart> {
  const exact = exactSource(source);
  for (const part of parts) {
    const range = { start: part.start, endExclusive: part.endExclusive };
    const hashes = createPartHashes(wantsMd5(part));
    for await (const chunk of exact.open({ range, signal })) hashes.update(chunk);
    const { sha256, md5 } = hashes.finish();
    const open: Payload["open"] = (call) => exact.open({ signal: call?.signal, range });
    yield { part, md5, payload: { size: sizeOf(part), sha256, open }, release: () => {} };
  }
}

function sizeOf(part: Part | undefined): number {
  return part ? part.endExclusive - part.start : 0;
}

/** The parts of a source, with their hashes, in order. @throws BaleError `FILE_CHANGED`; what the source throws */
export function readParts(read: ReadParts): AsyncGenerator<ReadyPart> {
  const [first] = read.parts;
  return sizeOf(first) <= read.pool.size ? cutParts(read) : rereadParts(read);
}
