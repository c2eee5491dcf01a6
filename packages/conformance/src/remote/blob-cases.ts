import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { BaleError, type BlobDriver, type ByteRange } from "@bale/spec";
import type { TestApi } from "../test-api.js";
import { type RemoteHarness, withRepository } from "./remote-harness.js";
import { bytesOf, digestOf, putBlob, textBytes } from "./sample-manifest.js";

/** Some 50 KB that no other test has stored: registries share blobs between their repositories. */
function freshContent(): Uint8Array {
  return textBytes(
    `${randomUUID()}\n${Array.from({ length: 5000 }, (_, index) => `line ${index}\n`).join("")}`,
  );
}

async function readAll(driver: BlobDriver, content: Uint8Array, range?: ByteRange): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of driver.read(driver.locate(digestOf(content)), { range })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The repository's own blobs, as far as a repository needs them; the suite of blob drivers asks for the rest. */
export function blobCases({ describe, it }: TestApi, makeHarness: () => Promise<RemoteHarness>): void {
  describe("blobs", () => {
    it(
      "that are absent have no stat, and fail when they are read",
      withRepository(makeHarness, async ({ blobs }) => {
        const content = freshContent();
        assert.equal(await blobs.stat(blobs.locate(digestOf(content))), undefined);
        await assert.rejects(readAll(blobs, content), (error) => blobs.classify(error)?.kind === "not-found");
      }),
    );

    for (const [name, content] of [
      ["many bytes", freshContent()],
      ["one byte", textBytes("x")],
      ["no bytes", new Uint8Array(0)],
    ] as const)
      it(
        `of ${name} come back, and may be written twice`,
        withRepository(makeHarness, async (repository, harness) => {
          await putBlob(repository, content);
          await putBlob(repository, content);
          await using other = await harness.open();
          const { blobs } = other;
          assert.equal((await blobs.stat(blobs.locate(digestOf(content))))?.size, content.length);
          assert.deepEqual(await readAll(blobs, content), Buffer.from(content));
        }),
      );

    it(
      "come in the range that was asked for, and in no other",
      withRepository(makeHarness, async (repository) => {
        const content = freshContent();
        await putBlob(repository, content);
        const { blobs } = repository;
        const whole = Buffer.from(content);
        const size = whole.length;
        for (const [start, endExclusive] of [
          [0, 1],
          [7, 4096],
          [size - 3, size],
          [100, undefined],
        ] as const)
          assert.deepEqual(
            await readAll(blobs, content, { start, endExclusive }),
            whole.subarray(start, endExclusive),
          );
        await assert.rejects(readAll(blobs, content, { start: size, endExclusive: size + 5 }));
      }),
    );

    it(
      "are not kept when they do not have their digest",
      withRepository(makeHarness, async ({ blobs }) => {
        const content = freshContent();
        const digest = digestOf(freshContent());
        await assert.rejects(blobs.write(blobs.locate(digest), bytesOf(content), { digest }), (error) =>
          BaleError.is(error),
        );
        assert.equal(await blobs.stat(blobs.locate(digest)), undefined);
      }),
    );

    it(
      "are not kept when their source fails half-way",
      withRepository(makeHarness, async ({ blobs }) => {
        const content = freshContent();
        const digest = digestOf(content);
        const source = bytesOf(content);
        const failing = {
          size: source.size,
          open: async function* () {
            let sent = 0;
            for await (const chunk of source.open()) {
              if (sent > content.length / 2)
                throw new BaleError({ code: "FILE_CHANGED", message: "the file changed while it was read" });
              sent += chunk.length;
              yield chunk;
            }
          },
        };
        await assert.rejects(blobs.write(blobs.locate(digest), failing, { digest }), (error) =>
          BaleError.is(error, "FILE_CHANGED"),
        );
        assert.equal(await blobs.stat(blobs.locate(digest)), undefined);
      }),
    );

    it(
      "are not written after an abort",
      withRepository(makeHarness, async ({ blobs }) => {
        const content = freshContent();
        const digest = digestOf(content);
        await assert.rejects(
          blobs.write(blobs.locate(digest), bytesOf(content), { digest, signal: AbortSignal.abort() }),
          (error) => BaleError.is(error, "INTERRUPTED"),
        );
        assert.equal(await blobs.stat(blobs.locate(digest)), undefined);
      }),
    );
  });
}
