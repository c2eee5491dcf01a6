import { serviceOrSkip, startRegistry } from "@bale/tooling-services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openClient } from "./harness/client.js";
import { writeSampleTree } from "./harness/sample-tree.js";
import { type ScratchFolder, scratchFolder } from "./harness/scratch-folder.js";
import { writeSmallFiles } from "./harness/small-files.js";
import { differences, snapshot } from "./harness/snapshot.js";
import { mustRun } from "./harness/tools.js";

type Running = Awaited<ReturnType<typeof startRegistry>>;
const ready = ["distribution", "docker-registry", "skopeo", "crane"].every(serviceOrSkip);
const COPY = ["copy", "--insecure-policy", "--src-tls-verify=false", "--dest-tls-verify=false"];
// Every file of a larger one is verified against its digest, but not written to disk.
const CLONED_UP_TO = 10_000;

describe.skipIf(!ready)("skopeo", () => {
  let folder: ScratchFolder;
  let first: Running;
  let second: Running;
  beforeAll(async () => {
    folder = scratchFolder();
    first = await startRegistry("distribution");
    second = await startRegistry("docker-registry");
  });
  afterAll(async () => {
    await first?.stop();
    await second?.stop();
    folder?.[Symbol.dispose]();
  });

  async function roundTrip(
    name: string,
    write: (root: string) => void,
    flags: readonly string[],
  ): Promise<void> {
    await using bale = openClient();
    const here = folder.make(name);
    write(here);
    await bale.init({ directory: here });
    const workspace = await bale.workspace(here);
    await workspace.add(["."], { cwd: here });
    const reference = `${first.host}/acme/${name}:v1`;
    const away = `${second.host}/elsewhere/${name}:v1`;
    const back = `${first.host}/returned/${name}:v1`;
    const pushed = await workspace.push({ reference });
    const files = pushed.changes.length;
    for (const [from, to] of [
      [reference, away],
      [away, back],
    ] as const)
      await mustRun("skopeo", [...COPY, ...flags, `docker://${from}`, `docker://${to}`]);
    const original = await bale.manifest(reference);
    for (const place of [away, back]) {
      const copied = await bale.manifest(place);
      expect(copied.digest).toBe(pushed.manifest);
      expect(Buffer.from(copied.bytes).equals(original.bytes)).toBe(true);
      // Every blob is there and has its digest.
      const { problems, checkedFiles } = await bale.verify({ reference: place, deep: true });
      expect(problems).toEqual([]);
      expect(checkedFiles).toBe(files);
    }
    if (files > CLONED_UP_TO) return;
    const cloned = await bale.clone({ reference: back, directory: `${name}-back`, cwd: folder.path });
    expect(differences(snapshot(cloned.directory), snapshot(here))).toEqual([]);
  }

  it("copies a bundle to another registry and back without changing a digest", async () => {
    const sample = (root: string) => writeSampleTree(root, { files: 500 });
    await roundTrip("sample", sample, ["--preserve-digests"]);
    await roundTrip("sample-all", sample, ["--all"]);
  });

  it("copies a bundle of 100,000 files to another registry and back without changing a digest", async () => {
    const write = (root: string) =>
      writeSmallFiles(root, { count: 100_000, from: 1, to: 40, filesPerFolder: 1_000 });
    await roundTrip("hundred-thousand", write, ["--preserve-digests"]);
  });

  it("leaves a bundle that crane reads: digest, manifest, tags, catalogue", async () => {
    await using bale = openClient();
    const reference = `${first.host}/acme/sample:v1`;
    const { digest, bytes } = await bale.manifest(reference);
    expect((await mustRun("crane", ["digest", "--insecure", reference])).trim()).toBe(digest);
    expect(await mustRun("crane", ["manifest", "--insecure", reference])).toBe(
      Buffer.from(bytes).toString("utf8"),
    );
    expect((await mustRun("crane", ["ls", "--insecure", `${first.host}/acme/sample`])).trim()).toBe("v1");
    const copied = `${second.host}/by-crane/sample:v1`;
    await mustRun("crane", ["copy", "--insecure", reference, copied]);
    expect((await bale.manifest(copied)).digest).toBe(digest);
    expect((await bale.verify({ reference: copied, deep: true })).problems).toEqual([]);
  });
});
