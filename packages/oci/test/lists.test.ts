import {
  type Descriptor,
  type HttpClient,
  MEDIA_TYPES,
  parseMediaType,
  parseTag,
  type RawManifest,
} from "@bale/spec";
import { type Quirks, startTestRegistry, type TestRegistry } from "@bale/test-registry";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { impatientHttp, repositoryAt } from "./registry-harness.js";
import { digestOf, sampleBytes } from "./sample-blob.js";

const REPOSITORY = "acme/app";
const NOTES = parseMediaType("application/vnd.example.notes");
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
  for (const name of [REPOSITORY, "acme/other"]) registry.store.deleteRepository(name);
  registry.clearLog();
});
const repository = () => repositoryAt(registry, http);

function manifest(label: string, subject?: Descriptor): RawManifest & Descriptor {
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.manifest,
      artifactType: NOTES,
      subject,
      annotations: { label },
    }),
  );
  return { mediaType: MEDIA_TYPES.manifest, digest: digestOf(bytes), size: bytes.length, bytes };
}
function describeIt({ mediaType, digest, size }: Descriptor): Descriptor {
  return { mediaType, digest, size };
}

describe("tags", () => {
  const names = Array.from({ length: 2345 }, (_, index) => `t${String(index).padStart(5, "0")}`);
  const list = async (after?: string): Promise<string[]> => {
    const tags: string[] = [];
    for await (const tag of repository().listTags({
      after: after === undefined ? undefined : parseTag(after),
    }))
      tags.push(tag);
    return tags;
  };
  beforeEach(() => {
    const { bytes, mediaType, digest } = manifest("tagged");
    registry.store.putManifest(REPOSITORY, bytes, { mediaType });
    for (const name of names) registry.store.setTag(REPOSITORY, name, digest);
    registry.store.setTag(REPOSITORY, `sha256-${"a".repeat(64)}`, digest);
  });

  const settings: readonly Partial<Quirks>[] = [
    {},
    { pageLink: "absent" },
    { pageLink: "unquoted" },
    { pageLink: "absolute" },
    { pageLimit: 100 },
    { pagingIgnored: true },
    { pagingIgnored: true, listsUnsorted: true },
  ];
  for (const quirks of settings)
    it(`are complete, once each, with ${JSON.stringify(quirks)}`, async () => {
      registry.setQuirks(quirks);
      expect((await list()).sort()).toEqual(names);
      expect((await list("t02000")).sort()).toEqual(names.slice(2001));
    });

  it("end when a page leads to itself", async () => {
    registry.setQuirks({ pageLink: "to-itself", pageLimit: 10 });
    expect(await list()).toEqual(names.slice(0, 9));
    expect(registry.log.length).toBe(2);
  });

  it("do not go on at another host", async () => {
    registry.setQuirks({ pageLink: "other-host" });
    await expect(list()).rejects.toMatchObject({ code: "CROSS_ORIGIN" });
    expect(registry.log.some(({ listener }) => listener === "second")).toBe(false);
  });

  it("can be left before the end, and then ask no further", async () => {
    for await (const tag of repository().listTags()) {
      expect(tag).toBe("t00000");
      break;
    }
    expect(registry.log.length).toBe(1);
  });

  it("are an error when the list is none", async () => {
    registry.addFault({ path: /tags/, action: { kind: "replace", body: "<html>" } });
    await expect(list()).rejects.toMatchObject({ code: "SERVER" });
    registry.addFault({ path: /tags/, action: { kind: "replace", body: "[".repeat(5_000) } });
    await expect(list()).rejects.toMatchObject({ code: "LIMIT" });
  });

  it("are none in an unknown repository, whatever the registry answers", async () => {
    registry.store.deleteRepository(REPOSITORY);
    for (const unknownRepositoryTags of [404, 200] as const) {
      registry.setQuirks({ unknownRepositoryTags });
      expect(await list()).toEqual([]);
    }
  });
});

describe("referrers", () => {
  const subject = manifest("subject");
  const list = async (artifactType?: typeof NOTES): Promise<Descriptor[]> => {
    const found: Descriptor[] = [];
    for await (const referrer of repository().listReferrers(subject.digest, { artifactType }))
      found.push(referrer);
    return found;
  };
  const push = async (label: string): Promise<Descriptor> => {
    const referrer = manifest(label, describeIt(subject));
    await repository().putManifest(referrer, { subject: describeIt(subject) });
    return { ...describeIt(referrer), artifactType: NOTES, annotations: { label } };
  };
  const fallback = `sha256-${subject.digest.slice(7)}`;

  const settings: readonly Partial<Quirks>[] = [
    {},
    { referrersUnfiltered: true },
    { referrers: "not-found" },
    { referrers: "not-allowed", subjectHeader: "always" },
    { referrers: "wrong-type", subjectHeader: "never" },
    { subjectHeader: "never" },
    { pageLimit: 2 },
  ];
  for (const quirks of settings)
    it(`are all found with ${JSON.stringify(quirks)}`, async () => {
      registry.setQuirks(quirks);
      const pushed = [await push("a"), await push("b"), await push("c")];
      const byDigest = (a: Descriptor, b: Descriptor) => (a.digest < b.digest ? -1 : 1);
      expect((await list()).sort(byDigest)).toEqual([...pushed].sort(byDigest));
      expect(await list(parseMediaType("application/vnd.example.other"))).toEqual([]);
      expect(await list(NOTES)).toHaveLength(3);
    });

  it("need no fallback tag where the registry keeps them", async () => {
    await push("a");
    expect(registry.store.tags(REPOSITORY)).toEqual([]);
  });

  it("fail, rather than being none, when the registry fails", async () => {
    registry.addFault({ path: /referrers/, times: 0, action: { kind: "status", status: 500 } });
    await expect(list()).rejects.toMatchObject({ code: "SERVER" });
    registry.clearFaults();
    registry.setQuirks({ referrers: "not-found" });
    registry.addFault({ path: new RegExp(fallback), times: 0, action: { kind: "status", status: 500 } });
    await expect(list()).rejects.toMatchObject({ code: "SERVER" });
  });

  it("survive another writer whose list took the place of ours", async () => {
    registry.setQuirks({ referrers: "not-found" });
    const theirs = await push("theirs");
    const stored = registry.store.manifest(REPOSITORY, fallback);
    if (!stored) throw new Error("no fallback list");
    registry.addFault({
      method: "PUT",
      path: new RegExp(fallback),
      times: 2,
      action: {
        kind: "run",
        when: "after",
        run: () => registry.store.setTag(REPOSITORY, fallback, stored.digest),
      },
    });
    const ours = await push("ours");
    expect((await list()).map(({ digest }) => digest)).toEqual([theirs.digest, ours.digest]);
  });

  it("are given up after five lost races", async () => {
    registry.setQuirks({ referrers: "not-found" });
    registry.addFault({
      method: "PUT",
      path: new RegExp(fallback),
      times: 0,
      action: { kind: "run", when: "after", run: () => void registry.store.deleteTag(REPOSITORY, fallback) },
    });
    await expect(push("ours")).rejects.toMatchObject({ code: "TAG_MOVED" });
  });

  it("keep what other tools wrote into the list", async () => {
    registry.setQuirks({ referrers: "not-found" });
    const bytes = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: MEDIA_TYPES.imageIndex,
        manifests: [{ odd: 1 }],
        more: { kept: true },
      }),
    );
    registry.store.putManifest(REPOSITORY, bytes, { mediaType: MEDIA_TYPES.imageIndex, tag: fallback });
    const pushed = await push("a");
    const list = JSON.parse(registry.store.manifest(REPOSITORY, fallback)?.bytes.toString() ?? "");
    expect(list).toMatchObject({ manifests: [{ odd: 1 }, { digest: pushed.digest }], more: { kept: true } });
  });

  it("do not touch a tag of that name that is no list", async () => {
    registry.setQuirks({ referrers: "not-found" });
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, layers: [], config: {} }));
    registry.store.putManifest(REPOSITORY, bytes, { mediaType: MEDIA_TYPES.manifest, tag: fallback });
    await expect(push("a")).rejects.toMatchObject({ code: "MANIFEST_INVALID" });
  });
});

describe("mounting a blob", () => {
  const content = sampleBytes(100);
  const digest = digestOf(content);
  const mount = (from = "acme/other") => {
    const { blobs } = repository();
    return blobs.mounting?.mount(digest, from);
  };
  beforeEach(() => void registry.store.putBlob("acme/other", content));

  it("is done by the registry where it can", async () => {
    expect(await mount()).toBe("mounted");
    expect(registry.store.blob(REPOSITORY, digest)).toBeDefined();
  });
  for (const quirk of ["declined", "denied"] as const)
    it(`is no failure when it is ${quirk}, and leaves no upload open`, async () => {
      registry.setQuirks({ mount: quirk });
      expect(await mount()).toBe("declined");
      expect(registry.store.uploads()).toEqual([]);
    });
  it("is declined when the registry fails, and for a name that is none", async () => {
    registry.addFault({ method: "POST", times: 0, action: { kind: "status", status: 500 } });
    expect(await mount()).toBe("declined");
    expect(await mount("../evil?x")).toBe("declined");
  });
});
