import { gzipSync } from "node:zlib";
import { parseManifest } from "@bale/core";
import {
  ANNOTATIONS,
  type BlobLocator,
  DEFAULT_LAYER,
  isName,
  MEDIA_TYPES,
  type RawManifest,
} from "@bale/spec";
import { createBlobStore, fileSource, memoryDriver, nodeHasher } from "@bale/storage";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Bundle } from "../bundle/bundle.js";
import { bundlePorts, collectingSink, type TestStaging, testStaging } from "../engine-ports.testing.js";
import { fetchFiles } from "../fetch/fetch-files.js";
import { storeBlob } from "../fetch/stored-files.testing.js";
import { type MemoryRemote, memoryRemote } from "../memory-remote.testing.js";
import { noise, text } from "../noise.testing.js";
import { nextTree } from "../push/next-tree.js";
import { openForeign, STAGED_STORE } from "./open-foreign.js";
import { tarOf } from "./tar.testing.js";

let remote: MemoryRemote;
let staging: TestStaging;
beforeEach(async () => {
  remote = memoryRemote();
  staging = await testStaging();
});
afterEach(() => staging[Symbol.asyncDispose]());

interface Layer {
  readonly bytes: Uint8Array;
  readonly mediaType?: string;
  readonly title?: string;
  readonly unpack?: boolean;
}
/** An artifact as oras writes it. */
async function artifact(layers: readonly Layer[]): Promise<RawManifest> {
  const described = await Promise.all(
    layers.map(async ({ bytes, mediaType = MEDIA_TYPES.octets, title, unpack }) => ({
      mediaType,
      ...(await storeBlob(remote.blobs, bytes)),
      annotations: {
        ...(title === undefined ? {} : { [ANNOTATIONS.title]: title }),
        ...(unpack ? { [ANNOTATIONS.unpack]: "true" } : {}),
      },
    })),
  );
  const config = await storeBlob(remote.blobs, Buffer.from("{}"));
  const bytes = new TextEncoder().encode(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.manifest,
      artifactType: "application/vnd.acme.things",
      config: { mediaType: MEDIA_TYPES.empty, ...config },
      layers: described,
    }),
  );
  const raw = { mediaType: MEDIA_TYPES.manifest, digest: nodeHasher.digest(bytes), bytes };
  await remote.putManifest(raw);
  remote.content.log.length = 0;
  return raw;
}
async function open(layers: readonly Layer[]): Promise<Bundle> {
  const raw = await artifact(layers);
  const manifest = parseManifest(raw);
  if (manifest.kind !== "foreign") throw new Error(`not foreign: ${manifest.kind}`);
  return openForeign(remote, raw, manifest, { ...bundlePorts(), staging });
}
/** The store of what was unpacked, as whoever opens stores provides it. */
async function readAll(bundle: Bundle): Promise<ReadonlyMap<string, string>> {
  const rows = [...(await bundle.rows())].map(({ row }) => row);
  const unpacked = memoryDriver();
  for (const row of rows)
    for (const { blob } of row.extents)
      if (blob.store === STAGED_STORE) {
        const staged = await staging.find(blob.digest);
        await createBlobStore(unpacked, { hasher: nodeHasher }).put(
          blob,
          fileSource(staged?.path as string, { size: blob.size }),
        );
      }
  const sink = collectingSink();
  await fetchFiles(rows, {
    sink,
    storeOf: async ({ store }) =>
      createBlobStore(store === STAGED_STORE ? unpacked : remote.blobs, { hasher: nodeHasher }),
  });
  return new Map(
    [...sink.files].map(([path, { row, bytes }]) => [path, `${row.kind} ${nodeHasher.digest(bytes)}`]),
  );
}
const plain = (bytes: Uint8Array, kind = "file") => `${kind} ${nodeHasher.digest(bytes)}`;
const archive = gzipSync(
  tarOf([
    { name: "model/", type: "5" },
    { name: "model/weights", body: noise(40_000) },
    { name: "model/run", body: text(50), mode: 0o755 },
    { name: "model/latest", type: "2", link: "weights" },
    { name: "model/empty" },
  ]),
);
const packed: Layer = { bytes: archive, mediaType: MEDIA_TYPES.pack, title: "model", unpack: true };

describe("an artifact of another tool", () => {
  it("is a bundle of its titled layers and of what its archives hold, in the default layer", async () => {
    const bundle = await open([
      { bytes: text(300), title: "notes.txt" },
      { bytes: text(100), title: "./deep/er.txt" },
      packed,
      { bytes: text(7) },
    ]);
    expect(await readAll(bundle)).toEqual(
      new Map([
        ["notes.txt", plain(text(300))],
        ["deep/er.txt", plain(text(100))],
        ["model/weights", plain(noise(40_000))],
        ["model/run", plain(text(50), "exec")],
        ["model/latest", plain(Buffer.from("weights"), "link")],
        ["model/empty", plain(new Uint8Array(0))],
      ]),
    );
    expect(bundle.manifest).toBeUndefined();
    expect([...bundle.root.layers.keys()]).toEqual([DEFAULT_LAYER]);
    expect(bundle.root.layers.get(DEFAULT_LAYER)).toMatchObject({ files: 6 });
    expect(await bundle.rows(["code" as never])).toEqual([]);
    expect([...(await bundle.rows([DEFAULT_LAYER]))]).toHaveLength(6);
  });

  it("has the content digest that a bundle of the same files has", async () => {
    const bundle = await open([{ bytes: text(300), title: "notes.txt" }, packed]);
    const rows = [...(await bundle.rows())];
    const next = await nextTree({
      current: undefined,
      change: {
        upserts: new Map(
          rows.map(({ row, layer }) => [
            row.path,
            { digest: row.digest, size: row.size, kind: row.kind, layer },
          ]),
        ),
        deletes: [],
        layersTouched: new Set(),
      },
      declared: [],
      roles: new Map(),
      defaultRole: undefined,
      hasher: nodeHasher,
    });
    expect(bundle.root.contentDigest).toBe(next.contentDigest);
  });

  it("is not downloaded where it has no archives", async () => {
    await open([{ bytes: text(300), title: "notes.txt" }]);
    expect(remote.content.log).toEqual([]);
  });

  it("may be several archives in one folder, and plain tars", async () => {
    const bundle = await open([
      { bytes: tarOf([{ name: "a", body: "1" }]), mediaType: MEDIA_TYPES.tar, title: ".", unpack: true },
      { bytes: tarOf([{ name: "./b", body: "2" }]), mediaType: MEDIA_TYPES.tar, title: "./.", unpack: true },
    ]);
    expect([...(await readAll(bundle)).keys()].sort()).toEqual(["a", "b"]);
  });
});

describe("an artifact is refused", () => {
  const tar = (entries: Parameters<typeof tarOf>[0]): Layer => ({
    bytes: tarOf(entries),
    mediaType: MEDIA_TYPES.tar,
    title: ".",
    unpack: true,
  });
  const cases: readonly (readonly [string, readonly Layer[], string])[] = [
    ["without titles", [{ bytes: text(5) }], "MANIFEST_UNSUPPORTED"],
    ["of empty archives", [tar([])], "MANIFEST_UNSUPPORTED"],
    [
      "with one path in a layer and an archive",
      [{ bytes: text(5), title: "a" }, tar([{ name: "a", body: "1" }])],
      "NAME_COLLISION",
    ],
    [
      "with twins",
      [{ bytes: text(5), title: "readme" }, tar([{ name: "README", body: "1" }])],
      "NAME_COLLISION",
    ],
    [
      "with a file that is a folder",
      [{ bytes: text(5), title: "a" }, tar([{ name: "a/b", body: "1" }])],
      "UNSAFE_PATH",
    ],
    ["with a link that leaves", [tar([{ name: "a", type: "2", link: "../x" }])], "LINK_UNSAFE"],
    ["with an absolute link", [tar([{ name: "a", type: "2", link: "/etc/passwd" }])], "LINK_UNSAFE"],
    [
      "with a link through a link",
      [
        tar([
          { name: "a", type: "2", link: "b" },
          { name: "b", type: "2", link: "c" },
          { name: "d", type: "2", link: "a/e" },
        ]),
      ],
      "LINK_UNSAFE",
    ],
    ["with an entry that leaves", [tar([{ name: "../x", body: "1" }])], "UNSAFE_PATH"],
    ["with a title that leaves", [{ bytes: text(5), title: "../x" }], "UNSAFE_PATH"],
    [
      "with zstd",
      [{ ...packed, mediaType: "application/vnd.oci.image.layer.v1.tar+zstd" }],
      "MANIFEST_UNSUPPORTED",
    ],
  ];
  it.each(cases)("%s", async (_name, layers, code) => {
    await expect(open(layers)).rejects.toMatchObject({ code });
    expect(staging.open()).toBe(0);
  });

  it("when an archive is damaged or gone", async () => {
    const whole = tarOf([{ name: "weights", body: noise(40_000) }]);
    const raw = await artifact([{ bytes: whole, mediaType: MEDIA_TYPES.tar, title: ".", unpack: true }]);
    const manifest = parseManifest(raw);
    if (manifest.kind !== "foreign") throw new Error("not foreign");
    const ports = { ...bundlePorts(), staging };
    const locator = `memory:${nodeHasher.digest(whole).slice(7)}` as BlobLocator;
    // Still a good tar of the same length: only the digest tells.
    remote.content.blobs.set(locator, Buffer.from(whole).fill(0, 20_000, 20_100));
    await expect(openForeign(remote, raw, manifest, ports)).rejects.toMatchObject({
      code: "DIGEST_MISMATCH",
    });
    remote.content.blobs.delete(locator);
    await expect(openForeign(remote, raw, manifest, ports)).rejects.toMatchObject({ code: "BLOB_MISSING" });
    expect(staging.open()).toBe(0);
  });
});

it("the name of the staging store is one that no bundle can declare", () => {
  expect(isName(STAGED_STORE)).toBe(false);
});
