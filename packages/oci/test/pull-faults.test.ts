import { type ByteRange, type ErrorCode, type HttpClient, MEDIA_TYPES, parseTag } from "@bale/spec";
import { createBlobStore, nodeHasher } from "@bale/storage";
import { type FaultRule, type Quirks, startTestRegistry, type TestRegistry } from "@bale/test-registry";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { impatientHttp, repositoryAt } from "./registry-harness.js";
import { collect, digestOf, readAll, sampleBytes } from "./sample-blob.js";

const REPOSITORY = "acme/app";
const content = sampleBytes(300_000);
const digest = digestOf(content);
const manifest = Buffer.from(
  ` {"schemaVersion":2, "mediaType":"${MEDIA_TYPES.manifest}","config":{},"layers":[]}\n`,
);
const manifestDigest = digestOf(manifest);
const TAG = parseTag("v1");
const other = digestOf(Buffer.from("other"));

let registry: TestRegistry;
let http: HttpClient;
beforeAll(async () => {
  registry = await startTestRegistry();
  http = impatientHttp();
  registry.store.putBlob(REPOSITORY, content);
  registry.store.putManifest(REPOSITORY, manifest, { mediaType: MEDIA_TYPES.manifest, tag: "v1" });
});
afterAll(async () => {
  await http[Symbol.asyncDispose]();
  await registry.close();
});
beforeEach(() => {
  registry.resetQuirks();
  registry.clearFaults();
  registry.clearLog();
});
/** A store over the repository's blobs, as every command uses it. */
function read(range?: ByteRange): Promise<Buffer> {
  const driver = repositoryAt(registry, http).blobs;
  const store = createBlobStore(driver, { hasher: nodeHasher, retry: { sleep: async () => undefined } });
  return collect(store.get({ digest, size: content.length }, { range }));
}
function arrange(setting: {
  readonly faults?: readonly FaultRule[];
  readonly quirks?: Partial<Quirks>;
}): void {
  registry.setQuirks(setting.quirks ?? {});
  for (const fault of setting.faults ?? []) registry.addFault(fault);
}
const BLOB = /\/blobs\//;
const MANIFEST = /\/manifests\//;

describe("a download gets over", () => {
  const ranges = [
    undefined,
    { start: 0 },
    { start: 1_000, endExclusive: 250_000 },
    { start: 299_999, endExclusive: 300_000 },
  ];
  const settings: readonly { name: string; faults?: readonly FaultRule[]; quirks?: Partial<Quirks> }[] = [
    {
      name: "a reset in the body",
      faults: [{ path: BLOB, times: 2, action: { kind: "reset-download", afterBytes: 90_000 } }],
    },
    {
      name: "a body that ends early",
      faults: [{ path: BLOB, times: 2, action: { kind: "truncate", bytes: 90_000 } }],
    },
    {
      name: "503, then a reset",
      faults: [
        { path: BLOB, action: { kind: "status", status: 503 } },
        { path: BLOB, skip: 1, action: { kind: "reset" } },
      ],
    },
    { name: "ranges ignored", quirks: { range: "ignored" } },
    {
      name: "ranges ignored, and a reset",
      quirks: { range: "ignored" },
      faults: [{ path: BLOB, action: { kind: "reset-download", afterBytes: 90_000 } }],
    },
    { name: "a redirect", quirks: { blobRedirect: { refusesAuthorization: true } } },
    {
      name: "a redirect that is used up when the connection breaks",
      quirks: { blobRedirect: { uses: 1 } },
      faults: [{ listener: "second", action: { kind: "reset-download", afterBytes: 50_000 } }],
    },
    { name: "no length", quirks: { blobLengthAbsent: true } },
  ];
  for (const { name, ...setting } of settings)
    for (const range of ranges)
      it(`${name}, range ${range ? `${range.start}-${range.endExclusive ?? ""}` : "none"}`, async () => {
        arrange(setting);
        expect((await read(range)).equals(content.subarray(range?.start, range?.endExclusive))).toBe(true);
      });

  it("asks only for what is missing", async () => {
    arrange({ faults: [{ path: BLOB, action: { kind: "reset-download", afterBytes: 90_000 } }] });
    await read();
    expect(registry.log.map(({ range }) => range)).toEqual([
      undefined,
      expect.stringMatching(/^bytes=[1-9]\d+-/),
    ]);
  });

  it("gives a stat where HEAD has no length", async () => {
    arrange({ quirks: { blobLengthAbsent: true } });
    const { blobs } = repositoryAt(registry, http);
    expect(await blobs.stat(blobs.locate(digest))).toMatchObject({ size: content.length });
  });
});

describe("a download ends with", () => {
  const settings: readonly {
    code: ErrorCode;
    name: string;
    faults?: readonly FaultRule[];
    quirks?: Partial<Quirks>;
  }[] = [
    { code: "RANGE_INVALID", name: "another range than asked for", quirks: { range: "shifted" } },
    {
      code: "RANGE_INVALID",
      name: "206 without Content-Range",
      faults: [{ path: BLOB, action: { kind: "headers", remove: ["content-range"] } }],
    },
    {
      code: "RANGE_INVALID",
      name: "a Content-Range of another form",
      faults: [{ path: BLOB, action: { kind: "headers", set: { "content-range": "bytes */300000" } } }],
    },
    { code: "RANGE_INVALID", name: "416", faults: [{ path: BLOB, action: { kind: "status", status: 416 } }] },
    { code: "BLOB_MISSING", name: "404", faults: [{ path: BLOB, action: { kind: "gone" } }] },
    {
      code: "TRUNCATED",
      name: "a body that always ends early",
      faults: [{ path: BLOB, times: 0, action: { kind: "truncate", bytes: 0 } }],
    },
    {
      code: "SERVER",
      name: "500 for ever",
      faults: [{ path: BLOB, times: 0, action: { kind: "status", status: 500 } }],
    },
  ];
  for (const { name, code, ...setting } of settings)
    it(`${code} for ${name}`, async () => {
      arrange(setting);
      const reading = readAll(repositoryAt(registry, http).blobs, digest, { start: 10, endExclusive: 20 });
      await expect(reading).rejects.toMatchObject({ code });
    });

  it("RANGE_INVALID when the end is past the end, whether the registry cuts or ignores the range", async () => {
    for (const range of ["honoured", "ignored"] as const) {
      arrange({ quirks: { range } });
      const reading = readAll(repositoryAt(registry, http).blobs, digest, {
        start: 10,
        endExclusive: 400_000,
      });
      await expect(reading).rejects.toMatchObject({ code: "RANGE_INVALID" });
    }
  });

  it("an error when the blob is encoded on the way", async () => {
    arrange({
      faults: [{ path: BLOB, times: 0, action: { kind: "headers", set: { "content-encoding": "gzip" } } }],
    });
    await expect(readAll(repositoryAt(registry, http).blobs, digest)).rejects.toMatchObject({
      name: "BaleError",
    });
  });
});

describe("resolving a tag", () => {
  const settings: readonly {
    name: string;
    from: "registry" | "computed";
    quirks?: Partial<Quirks>;
    faults?: readonly FaultRule[];
  }[] = [
    { name: "a clean registry", from: "registry" },
    { name: "a registry that wants Accept", from: "registry", quirks: { acceptRequired: true } },
    {
      name: "a registry that gives old documents without Accept",
      from: "registry",
      quirks: { schema1WithoutAccept: true },
    },
    { name: "no digest header", from: "computed", quirks: { digestHeader: "absent" } },
    {
      name: "a digest header of another algorithm",
      from: "computed",
      quirks: { digestHeader: "other-algorithm" },
    },
    {
      name: "405 to HEAD",
      from: "registry",
      faults: [{ method: "HEAD", action: { kind: "status", status: 405 } }],
    },
    {
      name: "404 to HEAD by something that is no registry",
      from: "registry",
      faults: [{ method: "HEAD", action: { kind: "status", status: 404 } }],
    },
    {
      name: "HEAD without a length",
      from: "registry",
      faults: [{ method: "HEAD", action: { kind: "headers", remove: ["content-length"] } }],
    },
    {
      name: "a media type with parameters",
      from: "registry",
      faults: [
        {
          method: "HEAD",
          action: { kind: "headers", set: { "content-type": `${MEDIA_TYPES.manifest}; charset=utf-8` } },
        },
      ],
    },
  ];
  for (const { name, from, ...setting } of settings)
    it(`gives digest, size and type: ${name}`, async () => {
      arrange(setting);
      expect(await repositoryAt(registry, http).resolve(TAG)).toEqual({
        mediaType: MEDIA_TYPES.manifest,
        digest: manifestDigest,
        size: manifest.length,
        digestFrom: from,
      });
    });

  it("takes one request where all goes well", async () => {
    await repositoryAt(registry, http).resolve(TAG);
    expect(registry.log.map(({ method }) => method)).toEqual(["HEAD"]);
  });

  it("fails, rather than calling the tag absent, when the registry fails", async () => {
    arrange({ faults: [{ path: MANIFEST, times: 0, action: { kind: "status", status: 500 } }] });
    await expect(repositoryAt(registry, http).resolve(TAG)).rejects.toMatchObject({
      code: "SERVER",
    });
  });
});

describe("a manifest", () => {
  const settings: readonly {
    name: string;
    code: ErrorCode;
    faults?: readonly FaultRule[];
    quirks?: Partial<Quirks>;
  }[] = [
    {
      name: "changed in its white space",
      code: "DIGEST_MISMATCH",
      faults: [{ path: MANIFEST, action: { kind: "replace", body: (bytes) => bytes.toString().trim() } }],
    },
    {
      name: "with one bit turned",
      code: "DIGEST_MISMATCH",
      faults: [{ path: MANIFEST, action: { kind: "corrupt" } }],
    },
    { name: "with a wrong digest header", code: "DIGEST_MISMATCH", quirks: { digestHeader: "wrong" } },
    { name: "that is gone", code: "NOT_FOUND", faults: [{ path: MANIFEST, action: { kind: "gone" } }] },
    {
      name: "of 5 MiB",
      code: "LIMIT",
      faults: [{ path: MANIFEST, action: { kind: "replace", body: Buffer.alloc(5 * 1024 * 1024, "a") } }],
    },
    {
      name: "refused by 406",
      code: "MANIFEST_UNSUPPORTED",
      faults: [{ path: MANIFEST, action: { kind: "status", status: 406 } }],
    },
    {
      name: "of a type that is none",
      code: "MANIFEST_INVALID",
      faults: [{ path: MANIFEST, action: { kind: "headers", set: { "content-type": "nonsense" } } }],
    },
  ];
  for (const { name, code, ...setting } of settings)
    it(`${name} is ${code}`, async () => {
      arrange(setting);
      await expect(repositoryAt(registry, http).getManifest(manifestDigest)).rejects.toMatchObject({ code });
    });

  for (const digestHeader of ["absent", "other-algorithm"] as const)
    it(`is good by its own digest when the header is ${digestHeader}`, async () => {
      arrange({ quirks: { digestHeader } });
      const found = await repositoryAt(registry, http).getManifest(manifestDigest);
      expect(Buffer.from(found.bytes).equals(manifest)).toBe(true);
    });

  it("has its own media type when the registry names none", async () => {
    arrange({ faults: [{ path: MANIFEST, action: { kind: "headers", remove: ["content-type"] } }] });
    expect((await repositoryAt(registry, http).getManifest(manifestDigest)).mediaType).toBe(
      MEDIA_TYPES.manifest,
    );
  });

  it("of another digest is NOT_FOUND, and named", async () => {
    await expect(repositoryAt(registry, http).getManifest(other)).rejects.toMatchObject({
      code: "NOT_FOUND",
      context: { digest: other },
    });
  });
});
