import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { MEDIA_TYPES } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { archiveStream, type ExtractOptions, extractArchive } from "../src/index.js";
import { archiveIndex, archiveLayout } from "../src/write/archive-documents.js";
import { chunked, codeOf, digestOf, gather, inFolder, sampleLayout } from "./sample-layout.testing.js";
import { foreignTar, paxEntry, type RawEntry, TWO_ZERO_BLOCKS, tarEntry, tarOf } from "./tar.testing.js";

const sample = sampleLayout([Buffer.from("some content")]);
const blobs = sample.blobs.map((bytes) => ({ path: `blobs/sha256/${digestOf(bytes).slice(7)}`, bytes }));
const index = {
  schemaVersion: 2,
  manifests: [
    { mediaType: sample.manifest.mediaType, digest: sample.manifest.digest, size: sample.manifest.size },
  ],
};
/** A whole layout, and then these entries. */
const withEntries = (...entries: RawEntry[]): Buffer => foreignTar(blobs, index, entries);

function refusal(archive: Uint8Array, options?: ExtractOptions): Promise<string | undefined> {
  return inFolder(async (folder) => {
    const canary = join(folder, "canary");
    writeFileSync(canary, "untouched");
    const target = join(folder, "target");
    mkdirSync(target);
    const code = await codeOf(extractArchive(chunked(archive), target, options));
    expect(readFileSync(canary, "utf8")).toBe("untouched");
    expect(statSync(canary).nlink).toBe(1);
    expect(readdirSync(folder).sort()).toEqual(["canary", "target"]);
    expect(readdirSync(target).filter((name) => !["blobs", "ingest"].includes(name))).toEqual(
      code === undefined ? ["index.json", "oci-layout"] : [],
    );
    return code;
  });
}

it("takes the layout that the others spoil", async () => {
  expect(await refusal(withEntries())).toBeUndefined();
  expect(await refusal(withEntries({ name: "manifest.json", body: "[]" }))).toBeUndefined();
  expect(await refusal(Buffer.concat([withEntries(), Buffer.alloc(8192)]))).toBeUndefined();
  expect(await refusal(gzipSync(withEntries()))).toBeUndefined();
});

describe("entries of no kind that a bundle needs", () => {
  it.each([
    ["a hard link", { name: "blobs/x", type: "1", link: "../canary" }],
    ["a symbolic link", { name: "blobs/x", type: "2", link: "../canary" }],
    ["a link in place of a folder", { name: "blobs", type: "2", link: "/tmp" }],
    ["a character device", { name: "blobs/x", type: "3" }],
    ["a block device", { name: "blobs/x", type: "4" }],
    ["a pipe", { name: "blobs/x", type: "6" }],
    ["a sparse file of GNU", { name: "blobs/x", type: "S" }],
    ["a long name of GNU", { name: "././@LongLink", type: "L", body: "a".repeat(200) }],
    ["a long link name of GNU", { name: "././@LongLink", type: "K", body: "a".repeat(200) }],
    ["a header for all entries", { name: "pax", type: "g", body: "12 path=../x\n" }],
    ["a multi-volume continuation", { name: "blobs/x", type: "M" }],
    ["a volume label", { name: "label", type: "V" }],
    ["an unknown type", { name: "blobs/x", type: "Z" }],
  ] satisfies [string, RawEntry][])("%s is refused", async (_, entry) => {
    expect(await refusal(withEntries(entry))).toBe("NOT_REGULAR");
  });

  it("a sparse file said by PAX is refused", async () => {
    expect(
      await refusal(withEntries(paxEntry({ "GNU.sparse.major": "1" }), { name: "blobs/x", body: "y" })),
    ).toBe("NOT_REGULAR");
  });
});

describe("names that lead out", () => {
  it.each([
    "../x",
    "/x",
    "a/../../x",
    "a//b",
    "..",
    "/",
    "a\\..\\..\\x",
    "C:/x",
    "./../x",
    "a/./b",
    "blobs/sha256/..",
    "a\u0001b",
  ])("%j is refused", async (name) => {
    expect(await refusal(withEntries({ name, body: "x" }))).toBe("UNSAFE_PATH");
    expect(await refusal(withEntries(paxEntry({ path: name }), { name: "fine", body: "x" }))).toBe(
      "UNSAFE_PATH",
    );
  });

  it("a name that is no UTF-8 is refused", async () => {
    expect(await refusal(withEntries({ name: Uint8Array.of(0x61, 0xff), body: "x" }))).toBe("NAME_ENCODING");
    const pax = paxEntry({ path: "xx" });
    const bytes = Buffer.from(pax.body as string);
    bytes[bytes.length - 2] = 0xff;
    expect(await refusal(withEntries({ ...pax, body: bytes }, { name: "fine" }))).toBe("NAME_ENCODING");
  });

  it("a name that comes twice is refused, however it is spelt", async () => {
    const again = { name: blobs[0]?.path ?? "", body: blobs[0]?.bytes ?? "" };
    expect(await refusal(withEntries(again))).toBe("ARCHIVE_INVALID");
    expect(await refusal(withEntries({ ...again, name: `./${again.name}` }))).toBe("ARCHIVE_INVALID");
    expect(await refusal(withEntries({ name: "index.json", body: "{}" }))).toBe("ARCHIVE_INVALID");
  });
});

describe("headers that two readers would understand differently", () => {
  const spoilt: [string, RawEntry["spoil"]][] = [
    ["wrong checksum", (header) => header.write("0000001\u0000", 148, "latin1")],
    ["checksum of letters", (header) => header.write("xxxxxx\u0000 ", 148, "latin1")],
  ];
  it.each(spoilt)("a %s is refused", async (_, spoil) => {
    expect(await refusal(withEntries({ name: "x", body: "y", ...(spoil ? { spoil } : {}) }))).toBe(
      "ARCHIVE_INVALID",
    );
  });

  it.each([
    ["no magic", { name: "x", magic: "\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000" }],
    ["a folder with data", { name: "x", type: "5", body: "data" }],
    ["PAX of a wrong length", { name: "PaxHeader", type: "x", body: "99 path=x\n" }],
    ["PAX without a length", { name: "PaxHeader", type: "x", body: "path=x\n" }],
    ["PAX without an equals sign", { name: "PaxHeader", type: "x", body: "7 path\n" }],
    ["PAX that says a thing twice", { name: "PaxHeader", type: "x", body: "10 path=x\n10 path=y\n" }],
    ["PAX with a size of letters", { name: "PaxHeader", type: "x", body: "10 size=z\n" }],
    ["PAX with a negative size", { name: "PaxHeader", type: "x", body: "11 size=-1\n" }],
    [
      "PAX with a size that no number holds",
      { name: "PaxHeader", type: "x", body: "25 size=9007199254740993\n" },
    ],
  ] satisfies [string, RawEntry][])("%s is refused", async (_, entry) => {
    expect(await refusal(withEntries(entry, { name: "after" }))).toBe("ARCHIVE_INVALID");
  });

  it("PAX records that stand before no entry, or twice before one, are refused", async () => {
    const pax = paxEntry({ path: "x" });
    expect(await refusal(withEntries(pax))).toBe("ARCHIVE_INVALID");
    expect(await refusal(withEntries(pax, pax, { name: "after" }))).toBe("ARCHIVE_INVALID");
  });

  it("padding that is not zero is refused", async () => {
    const archive = withEntries({ name: "x", body: "y" });
    archive[archive.length - 2 * 512 - 100] = 1;
    expect(await refusal(archive)).toBe("ARCHIVE_INVALID");
  });
});

describe("sizes", () => {
  it("an extended header that is a bomb is refused before it is read", async () => {
    const bomb = { name: "PaxHeader", type: "x", body: "x", size: 1_000_000_000 };
    expect(await refusal(withEntries(bomb))).toBe("LIMIT");
  });

  it("more entries than are allowed are refused", async () => {
    const many = Array.from({ length: 20 }, (_, at) => ({ name: `f${at}` }));
    expect(await refusal(withEntries(...many), { maxEntries: 20 })).toBe("LIMIT");
    expect(await refusal(withEntries(...many), { maxEntries: 40 })).toBeUndefined();
  });

  it("documents and manifests beyond their limits are refused", async () => {
    const entry = { name: "index.json", body: Buffer.alloc(10 * 1024 * 1024 + 1, " ") };
    expect(
      await refusal(tarOf([{ name: "oci-layout", body: '{"imageLayoutVersion":"1.0.0"}' }, entry])),
    ).toBe("LIMIT");
  });

  it("a gzip bomb is stopped long before it has expanded", async () => {
    const zeros = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const bomb = Buffer.concat([
      gzipSync(tarEntry({ name: "x", size: 2 ** 33 - 1 })),
      ...Array(64).fill(zeros),
    ]);
    expect(bomb.length).toBeLessThan(5_000_000);
    expect(await refusal(bomb)).toBe("LIMIT");
  });

  it("sizes in GNU's binary form are read, and lies about them end the archive", async () => {
    const big =
      (value: number): RawEntry["spoil"] =>
      (header) => {
        header.fill(0, 124, 136);
        header[124] = 0x80;
        header.writeUInt32BE(value, 132);
        header.fill(0x20, 148, 156);
        header.write(
          `${header
            .reduce((sum, byte) => sum + byte, 0)
            .toString(8)
            .padStart(6, "0")}\u0000 `,
          148,
          "latin1",
        );
      };
    const spoil = (value: number) => ({ spoil: big(value) as NonNullable<RawEntry["spoil"]> });
    expect(await refusal(withEntries({ name: "x", body: "four", ...spoil(4) }))).toBeUndefined();
    expect(await refusal(withEntries({ name: "x", body: "four", ...spoil(100_000) }))).toBe(
      "ARCHIVE_INVALID",
    );
  });
});

describe("what is not one whole archive", () => {
  it.each([
    ["nothing", Buffer.alloc(0)],
    ["rubbish", randomBytes(5000)],
    ["text", Buffer.from("hello\n".repeat(1000))],
    ["zeros", Buffer.alloc(10_240)],
    ["a zstd frame", Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0, 0])],
    ["two archives in one file", Buffer.concat([withEntries(), withEntries()])],
    ["trailing rubbish", Buffer.concat([withEntries(), Buffer.from("x")])],
    ["more zeros than any tool writes", Buffer.concat([withEntries(), Buffer.alloc(17 * 1024 * 1024)])],
    ["no end", withEntries().subarray(0, -1024)],
    ["half an end", withEntries().subarray(0, -512)],
    [
      "an end within the entries",
      Buffer.concat([tarEntry({ name: "a" }), Buffer.alloc(512), tarEntry({ name: "b" }), TWO_ZERO_BLOCKS]),
    ],
    ["compressed data with something after it", Buffer.concat([gzipSync(withEntries()), Buffer.from("x")])],
    ["compressed data with zeros after it", Buffer.concat([gzipSync(withEntries()), Buffer.alloc(100)])],
    ["compressed data that is cut off", gzipSync(withEntries()).subarray(0, -9)],
  ])("%s is refused", async (_, archive) => {
    expect(await refusal(archive)).toBe("ARCHIVE_INVALID");
  });

  it("a cut anywhere is refused", async () => {
    const archive = withEntries();
    for (let end = 1; end < archive.length; end += 97)
      expect(
        await codeOf(inFolder((folder) => extractArchive(chunked(archive.subarray(0, end)), folder))),
      ).toBeDefined();
  });
});

describe("layouts that are not whole", () => {
  const refused = (
    change: (files: typeof blobs) => typeof blobs,
    document: object = index,
  ): Promise<string | undefined> => refusal(foreignTar(change([...blobs]), document));

  it("a blob that is missing, or has another size or other bytes than its name says, is refused", async () => {
    expect(await refused((files) => files.slice(1))).toBe("BLOB_MISSING");
    expect(await refused((files) => files.slice(0, -1))).toBe("BLOB_MISSING");
    const [first] = index.manifests;
    expect(await refused((files) => files, { ...index, manifests: [{ ...first, size: 1 }] })).toBe(
      "SIZE_MISMATCH",
    );
    expect(
      await refused((files) => [
        ...files,
        { path: `blobs/sha256/${"0".repeat(64)}`, bytes: Buffer.from("x") },
      ]),
    ).toBe("DIGEST_MISMATCH");
  });

  it("documents that are missing, malformed, ambiguous or of another version are refused", async () => {
    const layout = { name: "oci-layout", body: '{"imageLayoutVersion":"1.0.0"}' };
    const files = blobs.map(({ path, bytes }) => ({ name: path, body: bytes }));
    const code = (...entries: RawEntry[]): Promise<string | undefined> =>
      refusal(tarOf([...entries, ...files]));
    const body = JSON.stringify(index);
    expect(await code(layout)).toBe("ARCHIVE_INVALID");
    expect(await code({ name: "index.json", body })).toBe("ARCHIVE_INVALID");
    expect(
      await code({ ...layout, body: '{"imageLayoutVersion":"2.0.0"}' }, { name: "index.json", body }),
    ).toBe("UNSUPPORTED");
    expect(await code(layout, { name: "index.json", body: "[]" })).toBe("ARCHIVE_INVALID");
    expect(await code(layout, { name: "index.json", body: "{" })).toBe("MANIFEST_INVALID");
    expect(await code(layout, { name: "index.json", body: '{"schemaVersion":2,"manifests":[]}' })).toBe(
      "ARCHIVE_INVALID",
    );
    expect(await code(layout, { name: "index.json", body: JSON.stringify({ ...index, layers: [] }) })).toBe(
      "MANIFEST_INVALID",
    );
  });

  it("a manifest that is named by a type that it does not have is refused", async () => {
    const [first] = index.manifests;
    const typed = { ...first, mediaType: MEDIA_TYPES.imageIndex };
    expect(await refused((files) => files, { ...index, manifests: [typed] })).toBe("MANIFEST_INVALID");
  });
});

describe("an archive that says that bale made it", () => {
  it("is left to a newer bale when both of its documents say so", async () => {
    const files = blobs.map(({ path, bytes }) => ({ name: path, body: bytes }));
    const document = { ...index, annotations: { "dev.bale.archive": "2" } };
    const layout = { "dev.bale.archive": { version: "2" }, imageLayoutVersion: "1.0.0" };
    const documents = (layoutBody: object): RawEntry[] => [
      { name: "index.json", body: JSON.stringify(document) },
      { name: "oci-layout", body: JSON.stringify(layoutBody) },
    ];
    expect(await refusal(tarOf([...files, ...documents(layout)]))).toBe("UNSUPPORTED");
    const other = { ...layout, "dev.bale.archive": { version: "1" } };
    expect(await refusal(tarOf([...files, ...documents(other)]))).toBe("ARCHIVE_INVALID");
  });

  it("is refused when another program put the same layout into a tar, or compressed it", async () => {
    const own = await gather(archiveStream(sample.content));
    expect(await refusal(gzipSync(own))).toBe("ARCHIVE_INVALID");
    expect(await refusal(Buffer.concat([own, Buffer.alloc(512)]))).toBe("ARCHIVE_INVALID");
    const document = archiveIndex(sample.content.manifests);
    const files = blobs.map(({ path, bytes }) => ({ name: path, body: bytes }));
    const documents = [
      { name: "index.json", body: document },
      { name: "oci-layout", body: archiveLayout(document) },
    ];
    expect(await refusal(tarOf([...files, ...documents]))).toBe("ARCHIVE_INVALID");
  });
});
