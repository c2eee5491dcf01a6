import { readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { BaleError, type Digest } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { archiveRefused } from "../src/archive-refused.js";
import { archiveStream, extractArchive, gzipStream } from "../src/index.js";
import { extractInto } from "../src/read/extract-archive.js";
import type { ExtractionFolder } from "../src/read/extraction-folder.js";
import { chunked, codeOf, digestOf, gather, inFolder, sampleLayout } from "./sample-layout.testing.js";
import { foreignTar } from "./tar.testing.js";

/** What became visible; `undefined` when the archive was refused and nothing did. */
async function outcome(archive: Uint8Array): Promise<string[] | undefined> {
  const blobs = new Map<Digest, Buffer>();
  let visible = false;
  const memory: ExtractionFolder = {
    store: async (digest, data) => {
      const bytes = await gather(data);
      if (digestOf(bytes) !== digest) throw archiveRefused("DIGEST_MISMATCH", "a blob is damaged");
      blobs.set(digest, bytes);
    },
    size: async (digest) => blobs.get(digest)?.length,
    read: async (digest) => blobs.get(digest) ?? Buffer.alloc(0),
    finish: async () => {
      visible = true;
    },
  };
  try {
    const { manifests } = await extractInto(chunked(archive), memory);
    return [...manifests.map(({ digest }) => digest), ...[...blobs.keys()].sort()];
  } catch (error) {
    if (!BaleError.is(error)) throw error;
    expect(visible).toBe(false);
    return undefined;
  }
}

/** Positions at which a changed byte was not refused. */
async function accepted(
  archive: Uint8Array,
  positions: Iterable<number>,
  bits: readonly number[],
): Promise<string[]> {
  const found: string[] = [];
  for (const position of positions)
    for (const bit of bits) {
      const changed = Uint8Array.from(archive);
      changed[position] = (changed[position] as number) ^ bit;
      if (await outcome(changed)) found.push(`${position} ^ ${bit}`);
    }
  return found;
}

function* everyPosition(archive: Uint8Array): Generator<number> {
  for (let at = 0; at < archive.length; at++) yield at;
}

/** Positions that look random and are the same in every run. */
function* scattered(archive: Uint8Array, count: number): Generator<number> {
  let state = 1;
  for (let at = 0; at < count; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield Math.floor((state / 2 ** 32) * archive.length);
  }
}

const small = sampleLayout([Buffer.from("some content")]);
const large = sampleLayout(
  Array.from({ length: 12 }, (_, at) => Buffer.alloc(20_000 + at * 999, `layer ${at} `)),
);

describe("one wrong byte in an archive of bale's", () => {
  it("is refused at every position of a small one", async () => {
    const archive = await gather(archiveStream(small.content));
    expect(await outcome(archive)).toBeDefined();
    expect(await accepted(archive, everyPosition(archive), [1])).toEqual([]);
  }, 60_000);

  it("is refused at every position of a small compressed one, whichever bit it is", async () => {
    const archive = await gather(gzipStream(archiveStream(small.content), { seal: true }));
    expect(await outcome(archive)).toBeDefined();
    expect(await accepted(archive, everyPosition(archive), [1, 4, 32, 128])).toEqual([]);
  }, 60_000);

  it.each(["plain", "compressed"])(
    "is refused at 2,000 positions of a larger %s one",
    async (form) => {
      const plain = archiveStream(large.content);
      const archive = await gather(form === "plain" ? plain : gzipStream(plain, { seal: true }));
      expect(await outcome(archive)).toBeDefined();
      expect(await accepted(archive, scattered(archive, 2_000), [0x20])).toEqual([]);
    },
    60_000,
  );

  it("is refused as well when a byte is missing or one more is there, anywhere", async () => {
    for (const archive of [
      await gather(archiveStream(small.content)),
      await gather(gzipStream(archiveStream(small.content), { seal: true })),
    ])
      for (const at of [...scattered(archive, 100), archive.length - 1]) {
        const before = archive.subarray(0, at);
        expect(await outcome(Buffer.concat([before, archive.subarray(at + 1)]))).toBeUndefined();
        expect(
          await outcome(Buffer.concat([before, Buffer.from([0]), archive.subarray(at)])),
        ).toBeUndefined();
        expect(await outcome(before)).toBeUndefined();
      }
  });
});

it("leaves no layout in the folder of an archive that is refused", async () => {
  const archive = await gather(archiveStream(small.content));
  for (const position of scattered(archive, 40)) {
    const changed = Uint8Array.from(archive);
    changed[position] = (changed[position] as number) ^ 4;
    await inFolder(async (folder) => {
      expect(await codeOf(extractArchive(chunked(changed), folder))).toBeDefined();
      expect(readdirSync(folder)).not.toContain("oci-layout");
      expect(readdirSync(folder)).not.toContain("index.json");
    });
  }
});

describe("one wrong byte in another tool's archive", () => {
  it("is refused, or changes nothing that counts", async () => {
    const index = {
      schemaVersion: 2,
      manifests: [
        { mediaType: small.manifest.mediaType, digest: small.manifest.digest, size: small.manifest.size },
      ],
    };
    const blobs = small.blobs.map((bytes) => ({ path: `blobs/sha256/${digestOf(bytes).slice(7)}`, bytes }));
    const archive = foreignTar(blobs, index);
    const expected = await outcome(archive);
    expect(expected).toBeDefined();
    for (const form of [archive, gzipSync(archive)])
      for (const position of everyPosition(form)) {
        const changed = Uint8Array.from(form);
        changed[position] = (changed[position] as number) ^ 1;
        const found = await outcome(changed);
        if (found) expect({ position, found }).toEqual({ position, found: expected });
      }
  }, 60_000);
});
