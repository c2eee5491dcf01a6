import type { FileHandle } from "node:fs/promises";
import { expect, it } from "vitest";
import { classify } from "./classify.js";
import { writeAll } from "./write-all.js";

/** A file system that takes at most so many bytes a call, and `room` in all. */
function meagre(atMost: number, room: number): { handle: Pick<FileHandle, "write">; kept: number[] } {
  const kept: number[] = [];
  const write = async (chunk: Uint8Array, offset: number, length: number) => {
    const bytesWritten = Math.min(length, atMost, room - kept.length);
    kept.push(...chunk.subarray(offset, offset + bytesWritten));
    return { bytesWritten, buffer: chunk };
  };
  return { handle: { write } as unknown as Pick<FileHandle, "write">, kept };
}

it("goes on after short writes until all bytes are taken", async () => {
  const chunk = Uint8Array.from({ length: 100 }, (_, index) => index);
  const { handle, kept } = meagre(7, 1000);
  await writeAll(handle, chunk);
  expect(kept).toEqual([...chunk]);
});

it("fails as exhausted when no byte is taken any more", async () => {
  const { handle } = meagre(7, 50);
  const failure = writeAll(handle, new Uint8Array(100));
  await expect(failure).rejects.toSatisfy((error) => classify(error)?.kind === "resource-exhausted");
});
