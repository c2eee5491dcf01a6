import { BaleError, type ByteSource, type ErrorCode, type HttpClient } from "@bale/spec";
import { type FaultRule, type Quirks, startTestRegistry, type TestRegistry } from "@bale/test-registry";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type RegistryProfile, registryProfile } from "../src/index.js";
import { impatientHttp, repositoryAt } from "./registry-harness.js";
import { countedSource, digestOf, sampleBytes } from "./sample-blob.js";

const REPOSITORY = "acme/app";
const CHUNK = 20_000;
const plain = registryProfile("registry.example");
const ways = {
  whole: plain,
  chunks: { ...plain, chunkThreshold: 0, chunkSize: CHUNK },
  post: { ...plain, postUpTo: 1_000_000 },
} satisfies Record<string, RegistryProfile>;
type Way = keyof typeof ways;
const all = Object.keys(ways) as readonly Way[];
const content = sampleBytes(70_000);
const digest = digestOf(content);

let registry: TestRegistry;
let http: HttpClient;
beforeAll(async () => {
  registry = await startTestRegistry();
  http = impatientHttp();
});
afterAll(async () => {
  await http[Symbol.asyncDispose]();
  await registry.close();
});
beforeEach(async () => {
  await registry.store.dropUploads();
  registry.resetQuirks();
  registry.clearFaults();
  registry.clearLog();
  registry.store.deleteRepository(REPOSITORY);
});

function blobsBy(way: Way) {
  return repositoryAt(registry, http, { profile: ways[way] }).blobs;
}
async function push(way: Way) {
  const blobs = blobsBy(way);
  const source = countedSource(content);
  const outcome = await blobs.write(blobs.locate(digest), source, { digest });
  return { outcome, source };
}
function asked(method: string, path: RegExp): number {
  return registry.log.filter((record) => record.method === method && path.test(record.path)).length;
}
async function stored(): Promise<boolean> {
  return (await registry.store.readBlob(REPOSITORY, digest))?.equals(content) ?? false;
}

interface Survived {
  readonly name: string;
  readonly ways: readonly Way[];
  readonly faults?: readonly FaultRule[];
  readonly quirks?: Partial<Quirks>;
}
const UPLOAD = /\/blobs\/uploads\/./;
const survived: readonly Survived[] = [
  {
    name: "503 to the opening POST",
    ways: all,
    faults: [{ method: "POST", times: 2, action: { kind: "status", status: 503 } }],
  },
  {
    name: "500 to the PUT, twice",
    ways: all,
    faults: [{ method: "PUT", times: 2, action: { kind: "status", status: 500 } }],
  },
  {
    name: "429 to the PUT",
    ways: ["whole", "chunks"],
    faults: [{ method: "PUT", action: { kind: "status", status: 429, headers: { "retry-after": "0" } } }],
  },
  {
    name: "a PUT that is reset before its body",
    ways: all,
    faults: [{ method: "PUT", action: { kind: "reset" } }],
  },
  {
    name: "a PUT that is reset in its body",
    ways: ["whole"],
    faults: [{ method: "PUT", action: { kind: "reset-upload", afterBytes: 30_000 } }],
  },
  {
    name: "a POST that is reset in its body",
    ways: ["post"],
    faults: [{ method: "POST", action: { kind: "reset-upload", afterBytes: 30_000 } }],
  },
  {
    name: "a chunk that is reset in its body",
    ways: ["chunks"],
    faults: [{ method: "PATCH", skip: 1, action: { kind: "reset-upload", afterBytes: 7_000 } }],
  },
  {
    name: "a chunk cut at a registry that drops the session",
    ways: ["chunks"],
    quirks: { sessionDroppedAfterCut: true },
    faults: [{ method: "PATCH", skip: 1, action: { kind: "reset-upload", afterBytes: 7_000 } }],
  },
  {
    name: "a chunk cut at a registry that does not tell how far it is",
    ways: ["chunks"],
    quirks: { sessionStatus: "bad-request" },
    faults: [{ method: "PATCH", skip: 1, action: { kind: "reset-upload", afterBytes: 7_000 } }],
  },
  {
    name: "the lost answer to a chunk",
    ways: ["chunks"],
    faults: [{ method: "PATCH", skip: 1, action: { kind: "lost-answer" } }],
  },
  {
    name: "the lost answer to a chunk, and offsets unread",
    ways: ["chunks"],
    quirks: { contentRangeIgnored: true },
    faults: [{ method: "PATCH", action: { kind: "lost-answer" } }],
  },
  {
    name: "the lost answer to the opening POST",
    ways: all,
    faults: [{ method: "POST", action: { kind: "lost-answer" } }],
  },
  {
    name: "an expired session at the PUT",
    ways: ["whole", "chunks"],
    faults: [{ method: "PUT", action: { kind: "gone", code: "BLOB_UPLOAD_UNKNOWN" } }],
  },
  {
    name: "an expired session at a later chunk",
    ways: ["chunks"],
    faults: [{ method: "PATCH", skip: 2, action: { kind: "gone", code: "BLOB_UPLOAD_UNKNOWN" } }],
  },
  {
    name: "416 to a later chunk",
    ways: ["chunks"],
    faults: [{ method: "PATCH", skip: 1, action: { kind: "status", status: 416 } }],
  },
  {
    name: "a Range beyond what was sent",
    ways: ["chunks"],
    faults: [{ method: "PATCH", action: { kind: "headers", set: { range: "0-999999" } } }],
  },
  {
    name: "a Range that is not told",
    ways: ["chunks"],
    faults: [{ method: "PATCH", times: 0, action: { kind: "headers", remove: ["range"] } }],
  },
  { name: "sessions begun under any name", ways: all, quirks: { unknownSessionAccepted: true } },
  { name: "an absolute Location", ways: all, quirks: { location: "absolute", locationState: true } },
  { name: "a Location below a prefix", ways: all, quirks: { location: "prefixed", locationState: true } },
  { name: "a Location on another host", ways: all, quirks: { location: "other-host", locationState: true } },
  { name: "a closing answer without Location", ways: all, quirks: { closingWithoutLocation: true } },
  { name: "no chunks at all", ways: all, quirks: { chunkedUploadRefused: true } },
  { name: "no closing after chunks", ways: all, quirks: { closingAfterChunksRefused: true } },
  { name: "chunks above a limit refused by 416", ways: all, quirks: { patchLimitBytes: 10_000 } },
  { name: "a least chunk above ours", ways: ["chunks"], quirks: { chunkMinBytes: 30_000 } },
  { name: "a largest chunk below ours", ways: ["chunks"], quirks: { chunkMaxBytes: 9_000 } },
  { name: "201 to a chunk", ways: ["chunks"], quirks: { patchAnswersCreated: true } },
  { name: "only the last chunk kept", ways: all, quirks: { onlyLastChunkKept: true } },
  { name: "a POST turned into a session", ways: ["post"], quirks: { singlePostDowngraded: true } },
  {
    name: "a cancel that is refused",
    ways: ["whole"],
    quirks: { sessionCancelRefused: true },
    faults: [{ method: "PUT", action: { kind: "reset-upload", afterBytes: 10 } }],
  },
];

describe("an upload gets over", () => {
  for (const { name, ways: by, faults = [], quirks = {} } of survived)
    for (const way of by)
      it(`${name}, sent by ${way}`, async () => {
        registry.setQuirks(quirks);
        for (const fault of faults) registry.addFault(fault);
        expect((await push(way)).outcome).toBe("created");
        expect(await stored()).toBe(true);
      });

  for (const way of all)
    it(`the failure of any one request, sent by ${way}`, async () => {
      for (const action of [
        { kind: "reset" },
        { kind: "lost-answer" },
        { kind: "status", status: 502 },
      ] as const)
        for (let nth = 0, met = true; met; nth++) {
          registry.store.deleteRepository(REPOSITORY);
          registry.clearFaults();
          const fault = registry.addFault({ skip: nth, action });
          expect((await push(way)).outcome).toBe("created");
          expect(await stored()).toBe(true);
          met = fault.hits > 0;
        }
    });
});

describe("an upload in chunks", () => {
  it("goes on from where the registry says that it stands", async () => {
    registry.addFault({ method: "PATCH", skip: 1, action: { kind: "reset-upload", afterBytes: 7_000 } });
    const { source } = await push("chunks");
    expect(asked("POST", /uploads/)).toBe(1);
    expect(source.starts.some((start) => start > CHUNK && start <= CHUNK + 7_000)).toBe(true);
    expect(source.starts.filter((start) => start === 0)).toHaveLength(1);
  });

  it("asks for the size afterwards", async () => {
    await push("chunks");
    expect(asked("HEAD", /blobs\/sha256/)).toBe(1);
    expect(asked("PATCH", UPLOAD)).toBe(4);
  });

  it("reports bytes as an absolute count", async () => {
    const blobs = blobsBy("chunks");
    const counts: number[] = [];
    await blobs.write(blobs.locate(digest), countedSource(content), {
      digest,
      onBytes: (sent) => counts.push(sent),
    });
    expect(counts.at(-1)).toBe(content.length);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
  });
});

describe("the lost answer to the closing PUT", () => {
  for (const way of all)
    it(`costs no second upload by ${way}`, async () => {
      registry.addFault({ method: way === "post" ? "POST" : "PUT", action: { kind: "lost-answer" } });
      const { outcome, source } = await push(way);
      expect(outcome).toBe("created");
      expect(source.starts.filter((start) => start === 0)).toHaveLength(1);
      expect(await stored()).toBe(true);
    });
});

interface Refused {
  readonly name: string;
  readonly code: ErrorCode;
  readonly quirks?: Partial<Quirks>;
  readonly faults?: readonly FaultRule[];
}
const refused: readonly Refused[] = [
  { name: "a blob that is too large", code: "TOO_LARGE", quirks: { maxBlobBytes: 1_000 } },
  {
    name: "403",
    code: "DENIED",
    faults: [{ method: "PUT", times: 0, action: { kind: "status", status: 403 } }],
  },
  { name: "an unknown repository", code: "NOT_FOUND", quirks: { unknownRepositoryPush: "not-found" } },
  { name: "a registry that only reads", code: "CAPABILITY_MISSING", quirks: { readOnly: true } },
  {
    name: "another digest in the answer",
    code: "DIGEST_MISMATCH",
    faults: [
      {
        method: "PUT",
        action: { kind: "headers", set: { "docker-content-digest": digestOf(Buffer.from("x")) } },
      },
    ],
  },
  {
    name: "a server that keeps failing",
    code: "SERVER",
    faults: [{ method: ["PUT", "PATCH"], times: 0, action: { kind: "status", status: 500 } }],
  },
];

describe("an upload ends with", () => {
  for (const { name, code, faults = [], quirks = {} } of refused)
    for (const way of ["whole", "chunks"] as const)
      it(`${code} for ${name}, sent by ${way}`, async () => {
        registry.setQuirks(quirks);
        for (const fault of faults) registry.addFault(fault);
        await expect(push(way)).rejects.toSatisfy((error) => BaleError.is(error, code));
        expect(registry.store.uploads()).toEqual([]);
      });

  for (const location of ["ftp://files.example/upload", "https://user:secret@files.example/", "http://["])
    it(`CROSS_ORIGIN for the Location ${location}`, async () => {
      registry.addFault({ method: "POST", action: { kind: "headers", set: { location } } });
      await expect(push("whole")).rejects.toMatchObject({ code: "CROSS_ORIGIN" });
    });

  it("TOO_LARGE before anything is sent, where the limit is known", async () => {
    const blobs = repositoryAt(registry, http, { profile: { ...plain, maxBlobSize: 100 } }).blobs;
    const writing = blobs.write(blobs.locate(digest), countedSource(content), { digest });
    await expect(writing).rejects.toMatchObject({ code: "TOO_LARGE", context: { size: content.length } });
    expect(registry.log).toEqual([]);
  });

  it("STORE_CORRUPT where the profile has the size checked and it differs", async () => {
    registry.addFault({
      method: "HEAD",
      times: 0,
      action: { kind: "headers", set: { "content-length": "5" } },
    });
    const blobs = repositoryAt(registry, http, { profile: { ...plain, checkSize: true } }).blobs;
    const writing = blobs.write(blobs.locate(digest), countedSource(content), { digest });
    await expect(writing).rejects.toMatchObject({ code: "STORE_CORRUPT" });
  });
});

describe("an abort", () => {
  for (const way of ["whole", "chunks"] as const)
    it(`ends an upload by ${way} and cancels its session`, async () => {
      const controller = new AbortController();
      const source = countedSource(content);
      const stopping: ByteSource = {
        size: source.size,
        open: async function* (options) {
          for await (const chunk of source.open(options)) {
            yield chunk;
            controller.abort();
          }
        },
      };
      const blobs = blobsBy(way);
      const writing = blobs.write(blobs.locate(digest), stopping, { digest, signal: controller.signal });
      await expect(writing).rejects.toMatchObject({ code: "INTERRUPTED" });
      expect(asked("DELETE", UPLOAD)).toBe(1);
      expect(await stored()).toBe(false);
    });
});

describe("an upload to another origin", () => {
  it("gets no token of the registry", async () => {
    await using guarded = await startTestRegistry({
      auth: { scheme: "basic", users: { alice: "secret" } },
      quirks: { location: "other-host" },
    });
    await using signedIn = impatientHttp({
      authorizer: {
        authorize: async () => `Basic ${Buffer.from("alice:secret").toString("base64")}`,
        challenge: async () => false,
      },
    });
    const { blobs } = repositoryAt(guarded, signedIn, { profile: plain });
    await blobs.write(blobs.locate(digest), countedSource(content), { digest });
    const sent = guarded.log.map(({ listener, method, authorization }) => [listener, method, authorization]);
    expect(sent).toEqual([
      ["registry", "POST", "basic"],
      ["second", "PUT", undefined],
    ]);
  });
});
