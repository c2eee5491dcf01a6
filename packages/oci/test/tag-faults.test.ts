import { type ErrorCode, type HttpClient, MEDIA_TYPES, parseTag, type RawManifest } from "@bale/spec";
import { type FaultRule, type Quirks, startTestRegistry, type TestRegistry } from "@bale/test-registry";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { impatientHttp, repositoryAt } from "./registry-harness.js";
import { digestOf } from "./sample-blob.js";

const REPOSITORY = "acme/app";
const TAG = parseTag("v1");
const PUT_TAG = { method: "PUT", path: /\/manifests\/v1$/ } as const;

function sample(label: string): RawManifest {
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.manifest,
      artifactType: MEDIA_TYPES.bundle,
      annotations: { label },
    }),
  );
  return { mediaType: MEDIA_TYPES.manifest, digest: digestOf(bytes), bytes };
}
const [first, second, theirs] = [sample("first"), sample("second"), sample("theirs")] as const;

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
beforeEach(() => {
  registry.resetQuirks();
  registry.setQuirks({ missingBlobsAccepted: true });
  registry.clearFaults();
  registry.store.deleteRepository(REPOSITORY);
  for (const { bytes, mediaType } of [first, second, theirs])
    registry.store.putManifest(REPOSITORY, bytes, { mediaType });
  registry.store.setTag(REPOSITORY, TAG, first.digest);
  registry.clearLog();
});
const repository = () => repositoryAt(registry, http);
const puts = () => registry.log.filter(({ method }) => method === "PUT").length;

describe("moving a tag", () => {
  const survived: readonly { name: string; faults: readonly FaultRule[] }[] = [
    { name: "the lost answer to its PUT", faults: [{ ...PUT_TAG, action: { kind: "lost-answer" } }] },
    { name: "a PUT that never arrived", faults: [{ ...PUT_TAG, action: { kind: "reset" } }] },
    {
      name: "503 to its PUT, twice",
      faults: [{ ...PUT_TAG, times: 2, action: { kind: "status", status: 503 } }],
    },
    {
      name: "a read-back that fails once",
      faults: [{ method: "HEAD", skip: 1, action: { kind: "status", status: 502 } }],
    },
  ];
  for (const { name, faults } of survived)
    it(`gets over ${name}`, async () => {
      for (const fault of faults) registry.addFault(fault);
      expect(await repository().moveTag(TAG, second, { expect: first.digest })).toEqual({
        outcome: "moved",
        previous: first.digest,
        guarantee: "checked",
      });
      expect(registry.store.resolveTag(REPOSITORY, TAG)).toBe(second.digest);
    });

  it("does not write again when only the answer was lost", async () => {
    registry.addFault({ ...PUT_TAG, action: { kind: "lost-answer" } });
    await repository().moveTag(TAG, second, { expect: first.digest });
    expect(puts()).toBe(1);
  });

  it("does not write over somebody who moved it while the answer was lost", async () => {
    registry.addFault({ ...PUT_TAG, action: { kind: "lost-answer" } });
    registry.addFault({
      ...PUT_TAG,
      action: {
        kind: "run",
        when: "after",
        run: () => registry.store.setTag(REPOSITORY, TAG, theirs.digest),
      },
    });
    expect(await repository().moveTag(TAG, second, { expect: first.digest })).toEqual({
      outcome: "rejected",
      actual: theirs.digest,
    });
    expect(puts()).toBe(1);
  });

  it("tells the loser whose write was replaced before it was read back", async () => {
    registry.addFault({
      ...PUT_TAG,
      action: {
        kind: "run",
        when: "after",
        run: () => registry.store.setTag(REPOSITORY, TAG, theirs.digest),
      },
    });
    expect(await repository().moveTag(TAG, second, { expect: first.digest })).toEqual({
      outcome: "rejected",
      actual: theirs.digest,
    });
  });

  it("stops before the PUT when the tag moved since it was looked up", async () => {
    registry.store.setTag(REPOSITORY, TAG, theirs.digest);
    expect(await repository().moveTag(TAG, second, { expect: first.digest })).toEqual({
      outcome: "rejected",
      actual: theirs.digest,
    });
    expect(puts()).toBe(0);
  });

  it("looks again when the registry still serves the old tag for a moment", async () => {
    registry.addFault({
      method: "HEAD",
      skip: 1,
      times: 1,
      action: { kind: "headers", set: { "docker-content-digest": first.digest } },
    });
    expect(await repository().moveTag(TAG, second, { expect: first.digest })).toMatchObject({
      outcome: "moved",
    });
  });

  it("leaves the tag and throws when the registry keeps failing", async () => {
    registry.addFault({ ...PUT_TAG, times: 0, action: { kind: "status", status: 500 } });
    await expect(repository().moveTag(TAG, second, { expect: first.digest })).rejects.toMatchObject({
      code: "SERVER",
    });
    expect(registry.store.resolveTag(REPOSITORY, TAG)).toBe(first.digest);
  });

  it("says so when tags cannot be moved here", async () => {
    registry.setQuirks({ tagsImmutable: true });
    await expect(repository().moveTag(TAG, second, { expect: first.digest })).rejects.toMatchObject({
      code: "CAPABILITY_MISSING",
    });
  });
});

describe("putting a manifest", () => {
  const fresh = sample("fresh");
  const PUT = { method: "PUT", path: /\/manifests\/sha256:/ } as const;
  const error = (code: string, status = 400): FaultRule => ({
    ...PUT,
    times: 0,
    action: {
      kind: "status",
      status,
      body: JSON.stringify({ errors: [{ code, message: "no", detail: { digest: first.digest } }] }),
    },
  });
  const refused: readonly {
    name: string;
    code: ErrorCode;
    faults?: readonly FaultRule[];
    quirks?: Partial<Quirks>;
  }[] = [
    { name: "a blob is gone", code: "BLOB_MISSING", faults: [error("MANIFEST_BLOB_UNKNOWN")] },
    { name: "the repository is unknown", code: "NOT_FOUND", faults: [error("NAME_UNKNOWN", 404)] },
    {
      name: "the registry counts another digest",
      code: "DIGEST_MISMATCH",
      faults: [error("DIGEST_INVALID")],
    },
    {
      name: "its type is not on a list",
      code: "REGISTRY_LIMIT",
      quirks: { artifactTypeRefused: true },
    },
    { name: "it is too large by 413", code: "REGISTRY_LIMIT", quirks: { manifestLimitBytes: 10 } },
    {
      name: "it is too large by 400",
      code: "REGISTRY_LIMIT",
      quirks: { manifestLimitBytes: 10, manifestLimitStatus: 400 },
    },
    { name: "405 for too many layers", code: "REGISTRY_LIMIT", faults: [error("TOO_MANY_LAYERS", 405)] },
    {
      name: "another digest comes back",
      code: "DIGEST_MISMATCH",
      faults: [{ ...PUT, action: { kind: "headers", set: { "docker-content-digest": first.digest } } }],
    },
    {
      name: "the server fails for ever",
      code: "SERVER",
      faults: [{ ...PUT, times: 0, action: { kind: "status", status: 500 } }],
    },
  ];
  for (const { name, code, faults = [], quirks = {} } of refused)
    it(`is ${code} when ${name}`, async () => {
      registry.setQuirks(quirks);
      for (const fault of faults) registry.addFault(fault);
      await expect(repository().putManifest(fresh)).rejects.toMatchObject({ code });
    });

  it("names the digests that the registry misses", async () => {
    registry.addFault(error("MANIFEST_BLOB_UNKNOWN"));
    await expect(repository().putManifest(fresh)).rejects.toMatchObject({
      context: { digests: [first.digest] },
    });
  });

  it("is done when only the answers were lost", async () => {
    registry.addFault({ ...PUT, times: 0, action: { kind: "lost-answer" } });
    await expect(repository().putManifest(fresh)).resolves.toMatchObject({ digest: fresh.digest });
  });

  it("is refused here above 4 MiB, without a request", async () => {
    const bytes = Buffer.alloc(4 * 1024 * 1024 + 1, " ");
    const large = { mediaType: MEDIA_TYPES.manifest, digest: digestOf(bytes), bytes };
    await expect(repository().putManifest(large)).rejects.toMatchObject({ code: "REGISTRY_LIMIT" });
    expect(registry.log).toEqual([]);
  });
});

describe("deleting a tag", () => {
  for (const quirks of [
    { tagDeletion: "bad-request" },
    { tagDeletion: "unsupported" },
    { deletion: "not-found" },
    { deletion: "unsupported" },
  ] as const)
    it(`is CAPABILITY_MISSING with ${JSON.stringify(quirks)}, and deletes nothing instead`, async () => {
      registry.setQuirks(quirks);
      await expect(repository().deleteTag(TAG)).rejects.toMatchObject({ code: "CAPABILITY_MISSING" });
      expect(registry.store.resolveTag(REPOSITORY, TAG)).toBe(first.digest);
      expect(
        registry.log.filter(({ method, path }) => method === "DELETE" && path.includes("sha256")),
      ).toEqual([]);
    });

  it("is done when its answer was lost", async () => {
    registry.addFault({ method: "DELETE", action: { kind: "lost-answer" } });
    await repository().deleteTag(TAG);
    expect(registry.store.resolveTag(REPOSITORY, TAG)).toBeUndefined();
    expect(registry.store.manifest(REPOSITORY, first.digest)).toBeDefined();
  });
});
