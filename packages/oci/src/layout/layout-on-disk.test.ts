import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Descriptor, type Digest, MEDIA_TYPES, parseTag, type RawManifest } from "@bale/spec";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sha256 } from "../sha256.js";
import { openLayout } from "./open-layout.js";
import { ownIdentity } from "./process-identity.js";

let folder: string;
let directory: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bale-layout-"));
  directory = join(folder, "layout");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const TAG = parseTag("v1");
const open = (options = {}) => openLayout({ directory, create: true, fsync: "never", ...options });
function manifest(label: string, more: object = {}): RawManifest {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, ...more, annotations: { label } }));
  return { mediaType: MEDIA_TYPES.manifest, digest: sha256(bytes), bytes };
}
async function index(): Promise<
  { manifests: (Descriptor & Record<string, unknown>)[] } & Record<string, unknown>
> {
  return JSON.parse(await readFile(join(directory, "index.json"), "utf8"));
}
async function edit(change: (document: Record<string, unknown>) => void): Promise<void> {
  const document = await index();
  change(document);
  await writeFile(join(directory, "index.json"), JSON.stringify(document));
}
/** Files, and folders where the name ends with a slash. */
async function put(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const path = join(directory, name);
    await mkdir(name.endsWith("/") ? path : dirname(path), { recursive: true });
    if (!name.endsWith("/")) await writeFile(path, text);
  }
}
const blobPath = (digest: string) => join(directory, "blobs", "sha256", digest.slice(7));

const EMPTY = `{"schemaVersion":2,"mediaType":"${MEDIA_TYPES.imageIndex}","manifests":[]}`;

describe("opening", () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ["its folders", { "blobs/sha256/": "", "ingest/": "" }],
    ["a lock", { "blobs/sha256/": "", "ingest/": "", "index.json.lock": "" }],
    ["an unfinished file", { "blobs/sha256/": "", [`ingest/${randomUUID()}`]: "{" }],
    ["an empty index", { "blobs/sha256/": "", "ingest/": "", "index.json": EMPTY }],
  ])("goes on where the making was cut short after %s", async (_, files) => {
    await put(files);
    if ("index.json.lock" in files) await utimes(join(directory, "index.json.lock"), 1, 1);
    const one = manifest("one");
    await (await open()).moveTag(TAG, one, { expect: "absent" });
    expect((await index()).manifests).toMatchObject([{ digest: one.digest }]);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ["a file of one's own", { "blobs/sha256/": "", notes: "" }],
    ["a blob", { "blobs/sha256/abc": "x" }],
    ["a folder of one's own named ingest", { "ingest/holiday.jpg": "x" }],
    ["an index that is not empty", { "index.json": '{"schemaVersion":2,"manifests":[{}]}' }],
  ])("makes no layout beside %s", async (_, files) => {
    await put(files);
    await expect(open()).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(existsSync(join(directory, "oci-layout"))).toBe(false);
  });

  it("is NOT_FOUND without a layout, and makes nothing", async () => {
    await expect(open({ create: false })).rejects.toMatchObject({ code: "NOT_FOUND" });
    const layout = await open();
    expect(await layout.resolve(TAG)).toBeUndefined();
    await expect(layout.deleteTag(TAG)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(existsSync(directory)).toBe(false);
  });

  it("refuses a folder that holds something else", async () => {
    await mkdir(directory);
    await writeFile(join(directory, "notes.txt"), "mine");
    await expect(open()).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await readdir(directory)).toEqual(["notes.txt"]);
  });

  it("refuses a version that is not known, and an index that is none", async () => {
    await (await open()).putManifest(manifest("one"));
    await writeFile(join(directory, "oci-layout"), '{"imageLayoutVersion":"2.0.0"}');
    await expect(open()).rejects.toMatchObject({ code: "UNSUPPORTED" });
    await writeFile(join(directory, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
    for (const text of ["", "{", "[]", '{"schemaVersion":1}', '{"schemaVersion":2,"manifests":{}}']) {
      await writeFile(join(directory, "index.json"), text);
      await expect((await open()).resolve(TAG)).rejects.toMatchObject({ code: "MANIFEST_INVALID" });
    }
    await rm(join(directory, "index.json"));
    await expect((await open()).resolve(TAG)).rejects.toMatchObject({ code: "MANIFEST_INVALID" });
  });
});

describe("writing", () => {
  it("leaves a layout of the standard form and no other file", async () => {
    const layout = await open({ fsync: "always" });
    await layout.moveTag(TAG, manifest("one"), { expect: "absent" });
    expect(JSON.parse(await readFile(join(directory, "oci-layout"), "utf8"))).toEqual({
      imageLayoutVersion: "1.0.0",
    });
    expect((await readdir(directory, { recursive: true })).sort()).toEqual(
      [
        "blobs",
        "blobs/sha256",
        `blobs/sha256/${manifest("one").digest.slice(7)}`,
        "index.json",
        "ingest",
        "oci-layout",
      ].sort(),
    );
  });

  it("keeps entries and members that others wrote", async () => {
    const layout = await open();
    await layout.moveTag(TAG, manifest("one"), { expect: "absent" });
    const foreign = {
      mediaType: "application/x",
      digest: `sha512:${"a".repeat(128)}`,
      size: 3,
      platform: { os: "linux" },
    };
    await edit((document) => {
      document["annotations"] = { theirs: "yes" };
      (document["manifests"] as object[]).push(foreign);
    });
    await layout.moveTag(TAG, manifest("two"), { expect: manifest("one").digest });
    const after = await index();
    expect(after["annotations"]).toEqual({ theirs: "yes" });
    expect(after.manifests).toContainEqual(foreign);
  });

  it("keeps what a tag named before, without a name and once", async () => {
    const layout = await open();
    const [one, two] = [manifest("one"), manifest("two")];
    for (const [to, expected] of [
      [one, "absent"],
      [two, one.digest],
      [one, two.digest],
    ] as const)
      expect((await layout.moveTag(TAG, to, { expect: expected })).outcome).toBe("moved");
    await layout.putManifest(two);
    expect((await index()).manifests.map(({ digest, annotations }) => [digest, annotations])).toEqual([
      [two.digest, undefined],
      [one.digest, { "org.opencontainers.image.ref.name": "v1" }],
    ]);
  });

  it("by many at once loses no tag", async () => {
    const tags = Array.from({ length: 24 }, (_, count) => parseTag(`t${String(count).padStart(2, "0")}`));
    const layouts = await Promise.all(Array.from({ length: 6 }, () => open()));
    const updates = await Promise.all(
      tags.map((tag, count) => layouts[count % 6]?.moveTag(tag, manifest(tag), { expect: "absent" })),
    );
    expect(new Set(updates.map((update) => update?.outcome))).toEqual(new Set(["moved"]));
    const found: string[] = [];
    for await (const tag of (await open()).listTags()) found.push(tag);
    expect(found).toEqual(tags);
    expect(await readdir(directory)).not.toContain("index.json.lock");
  });

  it("leaves nothing of a blob that does not have its digest or size", async () => {
    const { blobs } = await open();
    const bytes = Buffer.from("content");
    const digest = sha256(bytes);
    for (const content of ["Content", "content and more", "cont", ""]) {
      const source = {
        size: bytes.length,
        open: async function* () {
          yield Buffer.from(content);
        },
      };
      await expect(blobs.write(blobs.locate(digest), source, { digest })).rejects.toMatchObject({
        code: content.length === bytes.length ? "DIGEST_MISMATCH" : "SIZE_MISMATCH",
      });
    }
    expect(await readdir(join(directory, "blobs", "sha256"))).toEqual([]);
    expect(await readdir(join(directory, "ingest"))).toEqual([]);
  });

  it("replaces a blob whose file has another size", async () => {
    const { blobs } = await open();
    const bytes = Buffer.from("content");
    const digest = sha256(bytes);
    const source = {
      size: bytes.length,
      open: async function* () {
        yield bytes;
      },
    };
    const write = () => blobs.write(blobs.locate(digest), source, { digest });
    expect(await write()).toBe("created");
    expect(await write()).toBe("existed");
    await writeFile(blobPath(digest), "con");
    expect(await write()).toBe("created");
    expect(await readFile(blobPath(digest), "utf8")).toBe("content");
  });
});

describe("unfinished files", () => {
  it("of writers that were killed are removed after a day, and no younger ones", async () => {
    await (await open()).putManifest(manifest("one"));
    const file = (name: string) => join(directory, "ingest", name);
    for (const name of ["old", "young"]) await writeFile(file(name), "part");
    const yesterday = Date.now() / 1000 - 25 * 60 * 60;
    await utimes(file("old"), yesterday, yesterday);
    await (await open()).putManifest(manifest("two"));
    expect(await readdir(join(directory, "ingest"))).toEqual(["young"]);
  });
});

describe("the lock", () => {
  const lock = () => join(directory, "index.json.lock");
  const hold = (change: object) => async () =>
    writeFile(lock(), JSON.stringify({ ...(await ownIdentity()), nonce: "theirs", ...change }));
  const move = async (label: string) =>
    (await open({ lockTimeoutMs: 50 })).moveTag(TAG, manifest(label), { expect: "anything" });
  beforeEach(() => move("first"));

  const dead: Readonly<Record<string, () => Promise<void>>> = {
    "a process that ended": hold({ pid: 2 ** 22 + 1, startTime: undefined }),
    "a pid that was given away again": hold({ startTime: "1" }),
    "an earlier boot": hold({ bootId: "another" }),
  };
  for (const [name, held] of Object.entries(dead))
    it.skipIf(process.platform !== "linux")(`of ${name} is recovered`, async () => {
      await held();
      expect((await move("second")).outcome).toBe("moved");
      expect((await readdir(directory)).filter((file) => file.includes("lock"))).toEqual([]);
    });

  it("of a live process is waited for, and then LOCKED names it", async () => {
    await hold({})();
    await expect(move("second")).rejects.toMatchObject({
      code: "LOCKED",
      message: `the layout is being changed by process ${process.pid} on ${hostname()}`,
    });
    expect(JSON.parse(await readFile(lock(), "utf8")).nonce).toBe("theirs");
  });

  it("of another host is never recovered", async () => {
    await hold({ host: "elsewhere.example", pid: 2 ** 22 + 1 })();
    await expect(move("second")).rejects.toMatchObject({ code: "LOCKED" });
  });

  it("that cannot be read yet is waited for", async () => {
    await writeFile(lock(), "");
    await expect(move("second")).rejects.toMatchObject({ code: "LOCKED" });
  });
});

describe("reading what others left", () => {
  it("refuses manifests that do not have their digest", async () => {
    const layout = await open();
    const one = manifest("one");
    await layout.moveTag(TAG, one, { expect: "absent" });
    await writeFile(blobPath(one.digest), Buffer.from(one.bytes).toString().replace("one", "two"));
    await expect(layout.getManifest(one.digest)).rejects.toMatchObject({ code: "DIGEST_MISMATCH" });
    await writeFile(blobPath(one.digest), Buffer.alloc(4 * 1024 * 1024 + 1));
    await expect(layout.getManifest(one.digest)).rejects.toMatchObject({ code: "LIMIT" });
  });

  it("refuses links in the place of blobs and of their folders", async () => {
    const layout = await open();
    const one = manifest("one");
    await layout.moveTag(TAG, one, { expect: "absent" });
    await writeFile(join(folder, "outside"), one.bytes);
    await rm(blobPath(one.digest));
    await symlink(join(folder, "outside"), blobPath(one.digest));
    await expect(layout.getManifest(one.digest)).rejects.toMatchObject({ code: "NOT_REGULAR" });
    await rm(join(directory, "blobs"), { recursive: true });
    await mkdir(join(folder, "elsewhere", "sha256"), { recursive: true });
    await symlink(join(folder, "elsewhere"), join(directory, "blobs"));
    await expect(layout.getManifest(one.digest)).rejects.toMatchObject({ code: "SYMLINK_PARENT" });
    await expect(layout.putManifest(one)).rejects.toMatchObject({ code: "SYMLINK_PARENT" });
    expect(await readdir(join(folder, "elsewhere", "sha256"))).toEqual([]);
  });

  it("does not choose between two manifests of one name", async () => {
    const layout = await open();
    await layout.moveTag(TAG, manifest("one"), { expect: "absent" });
    await layout.moveTag(parseTag("v2"), manifest("two"), { expect: "absent" });
    await edit((document) => {
      for (const entry of document["manifests"] as { annotations: object }[])
        entry.annotations = { "org.opencontainers.image.ref.name": "v1" };
    });
    await expect(layout.resolve(TAG)).rejects.toMatchObject({ code: "MANIFEST_INVALID" });
  });

  it("finds referrers that only an image index leads to, and passes over children that are not there", async () => {
    const layout = await open();
    const subject = manifest("subject");
    const { digest, mediaType } = await layout.putManifest(subject);
    const nested = manifest("nested", {
      subject: { mediaType, digest, size: subject.bytes.length },
      artifactType: "application/x",
    });
    await layout.putManifest(nested);
    const bytes = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        manifests: [
          { mediaType, digest: nested.digest, size: nested.bytes.length },
          { mediaType, digest: sha256(Buffer.from("absent")), size: 6 },
        ],
      }),
    );
    await layout.putManifest({ mediaType: MEDIA_TYPES.imageIndex, digest: sha256(bytes), bytes });
    await edit((document) => {
      document["manifests"] = (document["manifests"] as Descriptor[]).filter(
        (entry) => entry.digest !== nested.digest,
      );
    });
    const found: Descriptor[] = [];
    for await (const referrer of layout.listReferrers(digest)) found.push(referrer);
    expect(found).toEqual([
      {
        mediaType,
        digest: nested.digest,
        size: nested.bytes.length,
        artifactType: "application/x",
        annotations: { label: "nested" },
      },
    ]);
  });

  it("lists and deletes blobs, in order, and nothing that is none", async () => {
    const layout = await open();
    const digests: Digest[] = [];
    for (const label of ["a", "b", "c"]) digests.push((await layout.putManifest(manifest(label))).digest);
    await writeFile(join(directory, "blobs", "sha256", "notes.txt"), "mine");
    const { blobs } = layout;
    const list = async (after?: (typeof digests)[number]) => {
      const found = [];
      for await (const { digest } of blobs.listing?.list({ after: after && blobs.locate(after) }) ?? [])
        found.push(digest);
      return found;
    };
    digests.sort();
    expect(await list()).toEqual(digests);
    expect(await list(digests[0])).toEqual(digests.slice(1));
    for (const digest of [digests[1], digests[1]])
      if (digest) await blobs.deletion?.delete(blobs.locate(digest));
    expect(await list()).toEqual([digests[0], digests[2]]);
  });
});
