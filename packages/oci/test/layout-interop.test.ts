import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Descriptor, MEDIA_TYPES, parseTag, type RemoteRepository } from "@bale/spec";
import { runTool, serviceOrSkip } from "@bale/tooling-services";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openLayout } from "../src/index.js";
import { digestOf, readAll } from "./sample-blob.js";

const TAG = parseTag("v1");
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bale-interop-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function run(name: "oras" | "skopeo", ...args: string[]): Promise<void> {
  const result = await runTool(name, args, { cwd: folder });
  expect(result, `${name} ${args.join(" ")}`).toMatchObject({ code: 0 });
}
async function tagsOf(layout: RemoteRepository): Promise<string[]> {
  const tags: string[] = [];
  for await (const tag of layout.listTags()) tags.push(tag);
  return tags;
}
async function putBlob(layout: RemoteRepository, text: string): Promise<Omit<Descriptor, "mediaType">> {
  const bytes = Buffer.from(text);
  const digest = digestOf(bytes);
  const source = {
    size: bytes.length,
    open: async function* () {
      yield bytes;
    },
  };
  await layout.blobs.write(layout.blobs.locate(digest), source, { digest });
  return { digest, size: bytes.length };
}
/** One titled file in an image manifest, as the compatible envelope has it. */
async function writeOurs(directory: string): Promise<Descriptor> {
  const layout = await openLayout({ directory, create: true });
  const config = await putBlob(
    layout,
    '{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]},"config":{}}',
  );
  const file = await putBlob(layout, "the file\n");
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.manifest,
      config: { mediaType: MEDIA_TYPES.imageConfig, ...config },
      layers: [
        {
          mediaType: MEDIA_TYPES.tar,
          ...file,
          annotations: { "org.opencontainers.image.title": "file.txt" },
        },
      ],
    }),
  );
  const manifest = { mediaType: MEDIA_TYPES.manifest, digest: digestOf(bytes), bytes };
  const descriptor = await layout.putManifest(manifest);
  await layout.moveTag(TAG, manifest, { expect: "absent" });
  return descriptor;
}

describe.skipIf(!serviceOrSkip("oras"))("layouts and oras", () => {
  it("ours are pulled by oras", async () => {
    await writeOurs(join(folder, "ours"));
    await run("oras", "pull", "--oci-layout", "ours:v1", "-o", "out");
    expect(await readFile(join(folder, "out", "file.txt"), "utf8")).toBe("the file\n");
  });

  it("its own are read, changed and still understood by it", async () => {
    await writeFile(join(folder, "a.txt"), "from oras\n");
    await run("oras", "push", "--oci-layout", "theirs:v1", "a.txt:text/plain");
    const layout = await openLayout({ directory: join(folder, "theirs") });
    expect(await tagsOf(layout)).toEqual(["v1"]);
    const found = await layout.resolve(TAG);
    if (!found) throw new Error("no tag");
    const manifest = await layout.getManifest(found.digest);
    const [layer] = JSON.parse(Buffer.from(manifest.bytes).toString()).layers;
    expect((await readAll(layout.blobs, layer.digest)).toString()).toBe("from oras\n");
    await layout.moveTag(parseTag("v2"), manifest, { expect: "absent" });
    await run("oras", "pull", "--oci-layout", "theirs:v2", "-o", "out");
    await run("oras", "push", "--oci-layout", "theirs:v3", "a.txt:text/plain");
    expect(await tagsOf(layout)).toEqual(["v1", "v2", "v3"]);
  });

  it("finds what it attached", async () => {
    const subject = await writeOurs(join(folder, "ours"));
    await writeFile(join(folder, "note.txt"), "a note\n");
    await run(
      "oras",
      "attach",
      "--oci-layout",
      "ours:v1",
      "--artifact-type",
      "application/vnd.example.notes",
      "note.txt",
    );
    const layout = await openLayout({ directory: join(folder, "ours") });
    const found: Descriptor[] = [];
    for await (const referrer of layout.listReferrers(subject.digest)) found.push(referrer);
    expect(found).toMatchObject([{ artifactType: "application/vnd.example.notes" }]);
    expect(await tagsOf(layout)).toEqual(["v1"]);
  });
});

describe.skipIf(!serviceOrSkip("skopeo"))("layouts and skopeo", () => {
  it("ours are copied by skopeo, and its copy is read", async () => {
    const { digest } = await writeOurs(join(folder, "ours"));
    await run("skopeo", "--insecure-policy", "copy", "--preserve-digests", "oci:ours:v1", "oci:theirs:v2");
    const layout = await openLayout({ directory: join(folder, "theirs") });
    expect(await layout.resolve(parseTag("v2"))).toMatchObject({ digest, mediaType: MEDIA_TYPES.manifest });
    expect((await layout.getManifest(digest)).digest).toBe(digest);
    await run("skopeo", "inspect", "--raw", "oci:ours:v1");
  });
});
