import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { BaleError, LIMITS } from "@bale/spec";
import { nodeHasher } from "@bale/storage";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TestStaging, testStaging } from "../engine-ports.testing.js";
import { noise, text } from "../noise.testing.js";
import { type ArchiveEntry, readArchive } from "./read-archive.js";
import { paxEntry, type RawEntry, tarEntry, tarOf } from "./tar.testing.js";

let staging: TestStaging;
beforeEach(async () => {
  staging = await testStaging();
});
afterEach(async () => {
  expect(staging.open()).toBe(0);
  await staging[Symbol.asyncDispose]();
});

function pieces(bytes: Uint8Array, size = 10_000): Readable {
  return Readable.from(
    (function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    })(),
  );
}
function read(
  source: Readable,
  layer: { title?: string; gzip?: boolean } = {},
): Promise<readonly ArchiveEntry[]> {
  return readArchive(source, { title: ".", gzip: false, ...layer }, { staging, hasher: nodeHasher });
}
async function contentOf(entry: ArchiveEntry): Promise<Buffer> {
  return readFile((await staging.find(entry.digest))?.path as string);
}

const sample: readonly RawEntry[] = [
  { name: "./", type: "5" },
  { name: "./dir/", type: "5", mode: 0o755 },
  { name: "./dir/text", body: text(3000) },
  { name: "dir/run", body: noise(40_000), mode: 0o750 },
  { name: "dir/empty" },
  { name: "link", type: "2", link: "dir/text" },
];

describe("an archive of another tool", () => {
  for (const gzip of [false, true])
    for (const size of [100, 10_000, 1_000_000])
      it(`${gzip ? "with" : "without"} gzip gives its files, kinds and links, in pieces of ${size}`, async () => {
        const tar = tarOf(sample);
        const entries = await read(pieces(gzip ? gzipSync(tar) : tar, size), { gzip });
        expect(entries).toMatchObject([
          { path: "dir/text", kind: "file", size: 3000 },
          { path: "dir/run", kind: "exec", size: 40_000 },
          { path: "dir/empty", kind: "file", size: 0 },
          {
            path: "link",
            kind: "link",
            size: 8,
            target: "dir/text",
            digest: nodeHasher.digest(Buffer.from("dir/text")),
          },
        ]);
        expect((await contentOf(entries[0] as ArchiveEntry)).equals(text(3000))).toBe(true);
        expect((await contentOf(entries[1] as ArchiveEntry)).equals(noise(40_000))).toBe(true);
      });

  it("may be empty", async () => {
    expect(await read(pieces(tarOf([])))).toEqual([]);
  });

  it("may have names and targets beyond USTAR", async () => {
    const path = `${"long/".repeat(60)}ümlaut`;
    const target = `${"l".repeat(150)}`;
    const entries = await read(
      pieces(
        tarOf([
          paxEntry({ path }),
          { name: "cut", body: "x" },
          paxEntry({ linkpath: target }),
          { name: "link", type: "2", link: "cut" },
        ]),
      ),
    );
    expect(entries).toMatchObject([
      { path, size: 1 },
      { path: "link", target },
    ]);
  });

  it.each(["model", ".config", "a/b", "./model", "model/"])("lies below its title %s", async (title) => {
    const folder = title.replace(/^\.\//, "").replace(/\/$/, "");
    const inside = await read(
      pieces(
        tarOf([
          { name: `${folder}/`, type: "5" },
          { name: `${folder}/x`, body: "1" },
        ]),
      ),
      { title },
    );
    expect(inside).toMatchObject([{ path: `${folder}/x` }]);
    for (const name of ["other/x", `${folder}x`, `x/${folder}/y`])
      await expect(read(pieces(tarOf([{ name, body: "1" }])), { title })).rejects.toMatchObject({
        code: "UNSAFE_PATH",
      });
  });

  it.each([".", "./.", "././.", "./"])("with the title %s is the root", async (title) => {
    expect(await read(pieces(tarOf([{ name: "x", body: "1" }])), { title })).toMatchObject([{ path: "x" }]);
  });
});

describe("an archive is refused", () => {
  it.each([
    ["../x", "UNSAFE_PATH"],
    ["a/../../x", "UNSAFE_PATH"],
    ["/etc/passwd", "UNSAFE_PATH"],
    ["./../x", "UNSAFE_PATH"],
    ["a//b", "UNSAFE_PATH"],
    ["a\\..\\b", "UNSAFE_PATH"],
    ["C:/x", "UNSAFE_PATH"],
    [".git/config", "UNSAFE_PATH"],
    ["a/.BALE/state", "UNSAFE_PATH"],
    ["con", "NAME_UNPORTABLE"],
    ["a\u0001b", "UNSAFE_PATH"],
  ])("for the name %j", async (name, code) => {
    await expect(
      read(
        pieces(
          tarOf([
            { name: "good", body: "1" },
            { name, body: "2" },
          ]),
        ),
      ),
    ).rejects.toMatchObject({ code });
    await expect(read(pieces(tarOf([{ name, type: "2", link: "good" }])))).rejects.toMatchObject({ code });
    await expect(read(pieces(tarOf([paxEntry({ path: name }), { name: "good" }])))).rejects.toMatchObject({
      code,
    });
  });

  it("for a name that is not UTF-8", async () => {
    await expect(
      read(pieces(tarOf([{ name: Uint8Array.of(0x61, 0xff, 0x62), body: "1" }]))),
    ).rejects.toMatchObject({ code: "NAME_ENCODING" });
  });

  it.each([
    ["hard link", "1"],
    ["character device", "3"],
    ["block device", "4"],
    ["pipe", "6"],
  ])("for a %s", async (_name, type) => {
    const tar = tarOf([
      { name: "good", body: "1" },
      { name: "bad", type, link: "good" },
    ]);
    await expect(read(pieces(tar))).rejects.toMatchObject({ code: "NOT_REGULAR" });
  });

  it("for a sparse file, whose content a plain reader would get wrong", async () => {
    const tar = tarOf([
      paxEntry({ "GNU.sparse.major": "1", "GNU.sparse.name": "x" }),
      { name: "GNUSparseFile.0/x", body: "1" },
    ]);
    await expect(read(pieces(tar))).rejects.toMatchObject({ code: "NOT_REGULAR" });
  });

  it("for two entries of one name, and for a file that is also a folder", async () => {
    const twice = [
      { name: "a", body: "1" },
      { name: "./a", body: "2" },
    ];
    await expect(read(pieces(tarOf(twice)))).rejects.toMatchObject({ code: "ARCHIVE_INVALID" });
  });

  const whole = tarOf(sample);
  const zipped = gzipSync(whole);
  it.each([
    ["cut in a header", whole.subarray(0, 1700), false],
    ["cut in a body", whole.subarray(0, 20_000), false],
    ["cut before its end", whole.subarray(0, whole.length - 1024), false],
    ["cut between its end blocks", whole.subarray(0, whole.length - 512), false],
    ["of nothing", Buffer.alloc(0), false],
    ["of zeros that are too few", Buffer.alloc(512), false],
    ["with a damaged header", Buffer.concat([Buffer.from("x"), whole.subarray(1)]), false],
    ["with something behind its end", Buffer.concat([whole, Buffer.alloc(512, 1)]), false],
    ["of text", Buffer.from(text(5000)), false],
    [
      "with a size beyond its end",
      Buffer.concat([tarEntry({ name: "a", body: "1", size: 10_000_000 }), Buffer.alloc(1024)]),
      false,
    ],
    ["of cut gzip", zipped.subarray(0, 20_000), true],
    ["of cut gzip, at its end", zipped.subarray(0, zipped.length - 4), true],
    ["of damaged gzip", Buffer.concat([zipped.subarray(0, 5000), noise(100), zipped.subarray(5100)]), true],
    ["without the gzip that was announced", whole, true],
  ])("when it is %s", async (_name, bytes, gzip) => {
    await expect(read(pieces(bytes), { gzip })).rejects.toMatchObject({ code: "ARCHIVE_INVALID" });
  });

  it("when it expands beyond the limit, long before the end of it is decoded", async () => {
    const body = Buffer.alloc(40 * 1024 * 1024);
    const bomb = gzipSync(tarOf([{ name: "bomb", body }]), { level: 9 });
    expect(body.length / bomb.length).toBeGreaterThan(LIMITS.expansionRatio);
    await expect(read(pieces(bomb), { gzip: true })).rejects.toMatchObject({ code: "LIMIT" });
    expect(await staging.find(nodeHasher.digest(body))).toBeUndefined();
  });

  it("when it has too many entries, folders counted", async () => {
    const tar = tarOf(Array.from({ length: 20 }, (_, index) => ({ name: `d${index}/`, type: "5" })));
    const ports = { staging, hasher: nodeHasher, maxEntries: 19 };
    await expect(readArchive(pieces(tar), { title: ".", gzip: false }, ports)).rejects.toMatchObject({
      code: "LIMIT",
    });
    expect(await readArchive(pieces(tar), { title: ".", gzip: false }, { ...ports, maxEntries: 20 })).toEqual(
      [],
    );
  });
});

describe("a failure of the source", () => {
  for (const gzip of [false, true])
    it(`passes through, also behind the last byte ${gzip ? "with" : "without"} gzip`, async () => {
      const tar = tarOf(sample);
      const bytes = gzip ? gzipSync(tar) : tar;
      for (const upTo of [5000, bytes.length]) {
        const boom = new BaleError({ code: "DIGEST_MISMATCH", message: "the archive is damaged" });
        const failing = Readable.from(
          (async function* () {
            for await (const chunk of pieces(bytes.subarray(0, upTo))) yield chunk;
            throw boom;
          })(),
        );
        await expect(read(failing, { gzip })).rejects.toBe(boom);
      }
    });

  it("is let go of when the archive is refused", async () => {
    let ended = false;
    const source = Readable.from(
      (async function* () {
        try {
          yield tarEntry({ name: "../x", body: "1" });
          for (;;) yield Buffer.alloc(10_000);
        } finally {
          ended = true;
        }
      })(),
    );
    await expect(read(source)).rejects.toMatchObject({ code: "UNSAFE_PATH" });
    await new Promise((resolve) => setImmediate(resolve));
    expect(ended).toBe(true);
  });
});
