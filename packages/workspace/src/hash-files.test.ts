import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import type { ProgressEvent } from "@bale/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HASH_BUFFER_BYTES, hashFileSync } from "./hash-file.js";
import { hashBatches, hashFiles } from "./hash-files.js";
import { useFolders } from "./workspace.testing.js";

const sha = (bytes: string | Uint8Array): string =>
  `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
const MiB = 1024 * 1024;

describe("hashing files", () => {
  const folder = useFolders();

  it("gives the digests of all sizes around the buffer, and of link targets", async () => {
    const { root, write, link, path } = folder();
    const sizes = [
      0,
      1,
      HASH_BUFFER_BYTES - 1,
      HASH_BUFFER_BYTES,
      HASH_BUFFER_BYTES + 1,
      3 * HASH_BUFFER_BYTES,
    ];
    const contents = sizes.map((size) => Buffer.alloc(size, size % 251));
    for (const [index, content] of contents.entries()) write(`f${index}`, content);
    link("l", "../somewhere/é");
    const outcomes = await hashFiles([
      ...contents.map(({ length }, index) => ({ file: `${root}/f${index}`, size: length })),
      { file: path("l"), size: 0, link: true },
    ]);
    const digests = outcomes.map((outcome) => (outcome.ok ? outcome.value.digest : outcome.error.code));
    expect(digests).toEqual([...contents.map(sha), sha("../somewhere/é")]);
    expect(outcomes.at(-1)).toMatchObject({
      ok: true,
      value: { target: "../somewhere/é", stat: { kind: "link" } },
    });
  });

  it("gives the same digests from worker threads, and counts every byte once", async () => {
    const { root, write, path } = folder();
    // Sparse files: 72 MiB of zeros cost no disk.
    write("big", "");
    truncateSync(path("big"), 70 * MiB);
    for (let index = 0; index < 20; index++) write(`small${index}`, `content ${index}`);
    const requests = [
      { file: path("big"), size: 70 * MiB },
      ...Array.from({ length: 20 }, (_, index) => ({ file: `${root}/small${index}`, size: 10 })),
      { file: path("absent"), size: 1 },
    ];
    const events: ProgressEvent[] = [];
    const outcomes = await hashFiles(requests, { onProgress: (event) => events.push(event), concurrency: 2 });
    expect(outcomes[0]).toMatchObject({ ok: true, value: { digest: sha(Buffer.alloc(70 * MiB)) } });
    expect(outcomes[7]).toMatchObject({ ok: true, value: { digest: sha("content 6") } });
    expect(outcomes.at(-1)).toMatchObject({ ok: false, error: { code: "IO", context: { errno: "ENOENT" } } });
    const done = events.flatMap((event) => (event.type === "task-advance" ? [event.done] : []));
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.at(-1)).toBe(requests.reduce((sum, { size }) => sum + size, 0));
    expect(events.at(-1)).toMatchObject({ type: "task-end", outcome: "completed" });
  });

  it("stops when told, in threads too", async () => {
    const { write, path } = folder();
    write("big", "");
    truncateSync(path("big"), 600 * MiB);
    const stop = new AbortController();
    const hashing = hashFiles([{ file: path("big"), size: 600 * MiB }], {
      signal: stop.signal,
      onProgress: (event) => event.type === "task-advance" && stop.abort(),
    });
    await expect(hashing).rejects.toMatchObject({ code: "INTERRUPTED" });
    await expect(
      hashFiles([{ file: path("big"), size: 1 }], { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({
      code: "INTERRUPTED",
    });
  });

  it("neither follows a link nor waits for a named pipe that took a file's place", async () => {
    const { write, link, path } = folder();
    write("target", "x");
    link("l", "target");
    execFileSync("mkfifo", [path("pipe")]);
    const outcomes = await hashFiles(["l", "pipe", "."].map((name) => ({ file: path(name), size: 1 })));
    expect(outcomes.map((outcome) => (outcome.ok ? "ok" : outcome.error.code))).toEqual([
      "NOT_REGULAR",
      "NOT_REGULAR",
      "NOT_REGULAR",
    ]);
  });

  it("follows a link only on request", async () => {
    const { write, link, path } = folder();
    write("target", "x");
    link("l", "target");
    const [outcome] = await hashFiles([{ file: path("l"), size: 1, follow: true }]);
    expect(outcome).toMatchObject({ ok: true, value: { digest: sha("x") } });
  });

  it("notices a file that changes while it is read, after one more try", () => {
    const { write, path } = folder();
    const file = path("f");
    write("f", Buffer.alloc(3 * MiB));
    const buffer = Buffer.alloc(HASH_BUFFER_BYTES);
    const how = { link: false, follow: false };
    let times = 0;
    const once = hashFileSync(file, how, buffer, () => {
      if (times++ === 0) appendFileSync(file, "more");
      return true;
    });
    expect(once).toMatchObject({ bytes: 3 * MiB + 4 });
    const always = hashFileSync(file, { link: true, follow: false }, buffer);
    expect(always).toEqual({ problem: "changed" });
  });

  it("names what became a link", () => {
    const { write, path } = folder();
    write("f", "x");
    rmSync(path("f"));
    symlinkSync("x", path("f"));
    writeFileSync(path("g"), "");
    expect(hashFileSync(path("f"), { link: false, follow: false }, Buffer.alloc(8))).toEqual({
      problem: "not-regular",
    });
  });
});

describe("batches", () => {
  it("hold every file once, in order, and at most 256 files or 8 MiB unless alone", () => {
    const size = fc.oneof(fc.nat({ max: 1000 }), fc.nat({ max: 20 * MiB }));
    fc.assert(
      fc.property(fc.array(size, { maxLength: 600 }), (sizes) => {
        const batches = hashBatches(sizes.map((bytes) => ({ file: "", size: bytes })));
        expect(batches.flat()).toEqual(sizes.map((_, index) => index));
        for (const batch of batches) {
          const total = batch.reduce((sum, index) => sum + (sizes[index] ?? 0), 0);
          expect(batch.length === 1 || (total <= 8 * MiB && batch.length <= 256)).toBe(true);
        }
      }),
    );
  });
});
