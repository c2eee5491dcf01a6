import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { digestHex } from "@bale/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { archiveSize, archiveStream, extractArchive, gzipStream } from "../src/index.js";
import { chunked, gather, inFolder, sampleLayout } from "./sample-layout.testing.js";

const layers = fc.uniqueArray(fc.uint8Array({ minLength: 1, maxLength: 3000 }), {
  maxLength: 6,
  selector: (bytes) => Buffer.from(bytes).toString("hex"),
});

describe("an archive", () => {
  it("gives back every blob, plain and compressed, however it is cut into chunks", async () => {
    await fc.assert(
      fc.asyncProperty(layers, fc.boolean(), fc.integer({ min: 1, max: 3000 }), async (bytes, gzip, cut) => {
        const { content, manifest, blobs } = sampleLayout(bytes);
        const plain = archiveStream(content);
        const archive = await gather(gzip ? gzipStream(plain, { seal: true }) : plain);
        await inFolder(async (folder) => {
          const extracted = await extractArchive(chunked(archive, cut), folder);
          expect(extracted).toMatchObject({ manifests: [manifest], own: true, gzip, blobs: blobs.length });
          for (const blob of blobs) {
            const hex = createHash("sha256").update(blob).digest("hex");
            expect(readFileSync(join(folder, "blobs/sha256", hex)).equals(blob)).toBe(true);
          }
          expect(readdirSync(folder).sort()).toEqual(["blobs", "index.json", "ingest", "oci-layout"]);
          expect(readdirSync(join(folder, "ingest"))).toEqual([]);
        });
      }),
      { numRuns: 40 },
    );
  });

  it("is the same whatever order its blobs come in, and has the size that was announced", async () => {
    await fc.assert(
      fc.asyncProperty(layers, async (bytes) => {
        const { content } = sampleLayout(bytes);
        const turned = { manifests: content.manifests, blobs: [...content.blobs].reverse() };
        const archive = await gather(archiveStream(content));
        expect((await gather(archiveStream(turned))).equals(archive)).toBe(true);
        expect(archive.length).toBe(archiveSize(content));
      }),
      { numRuns: 30 },
    );
  });

  it("has these bytes, and never others", async () => {
    const { content } = sampleLayout([Buffer.from("one"), Buffer.alloc(5000, "two ")]);
    const plain = await gather(archiveStream(content));
    const gzip = await gather(gzipStream(archiveStream(content), { seal: true }));
    const sum = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
    expect([sum(plain), sum(gzip)]).toMatchInlineSnapshot(`
      [
        "8153a6befa42a84fb75d00042357dd0f126889cb81deeb340a17f46cccec4d62",
        "8ef05fa7c1eb21498ace8bc1d8f419ee05de6dc98774306fb3885716fed17d6e",
      ]
    `);
    expect(gunzipSync(gzip).equals(plain)).toBe(true);
  });

  it("compresses in the same way however its source is cut", async () => {
    const bytes = Buffer.concat(
      Array.from({ length: 30_000 }, (_, at) => Buffer.from(`line ${at * at}\n`.repeat(5))),
    );
    const once = await gather(gzipStream(chunked(bytes, bytes.length), { seal: false }));
    expect((await gather(gzipStream(chunked(bytes, 777), { seal: false }))).equals(once)).toBe(true);
    expect(gunzipSync(once).equals(bytes)).toBe(true);
  });

  it("is written without being held: a blob is asked for when its turn has come", async () => {
    const { content, manifest } = sampleLayout([Buffer.from("a"), Buffer.from("b")]);
    const opened: string[] = [];
    const watched = [...content.blobs].map((blob) => ({
      ...blob,
      open: () => {
        opened.push(digestHex(blob.digest));
        return blob.open();
      },
    }));
    await gather(archiveStream({ manifests: [manifest], blobs: watched }));
    expect(opened).toEqual([...opened].sort());
    expect(opened).toHaveLength(watched.length);
  });
});
