import { appendFileSync, chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bale } from "@bale/sdk";
import { serviceOrSkip, startRegistry } from "@bale/tooling-services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openClient } from "./harness/client.js";
import { noise, writeSampleTree } from "./harness/sample-tree.js";
import { type ScratchFolder, scratchFolder } from "./harness/scratch-folder.js";
import { differences, type Snapshot, snapshot } from "./harness/snapshot.js";
import { mustRun } from "./harness/tools.js";

const PULLS = 20;
const PUSHES = 10;

const ready = serviceOrSkip("distribution") && serviceOrSkip("oras");

describe.skipIf(!ready)("oras 1.3", () => {
  let folder: ScratchFolder;
  let registry: Awaited<ReturnType<typeof startRegistry>>;
  let bale: Bale;
  beforeAll(async () => {
    folder = scratchFolder();
    registry = await startRegistry("distribution");
    bale = openClient();
  });
  afterAll(async () => {
    await bale?.[Symbol.asyncDispose]();
    await registry?.stop();
    folder?.[Symbol.dispose]();
  });

  async function orasPull(reference: string, name: string): Promise<Snapshot> {
    const output = folder.make(name);
    await mustRun("oras", ["pull", "--plain-http", reference, "--output", output]);
    const found = snapshot(output);
    rmSync(output, { recursive: true });
    return found;
  }

  async function workspaceWithSample(name: string, files: number): Promise<string> {
    const here = folder.make(name);
    writeSampleTree(here, { files });
    await bale.init({ directory: here });
    await (await bale.workspace(here)).add(["."], { cwd: here });
    return here;
  }

  /** One round of work: files change, come, go, and become programs. */
  function work(here: string, round: number): void {
    for (let index = 0; index < 5; index++)
      appendFileSync(
        join(here, `d000${index}/f000${index}${String(round * 7 + 1).padStart(2, "0")}`),
        `round ${round}\n`,
      );
    rmSync(join(here, `d0005/f0005${String(round).padStart(2, "0")}`));
    writeFileSync(join(here, `d0006/new-${round}`), noise(1_000 + round, round));
    chmodSync(join(here, `d0007/f0007${String(round).padStart(2, "0")}`), 0o755);
    writeFileSync(join(here, "bin/run"), `#!/bin/sh\necho ${round}\n`);
  }

  it("pulls what was pushed a moment ago as the same tree: paths, bytes, links, executable bits", async () => {
    const here = await workspaceWithSample("fresh", 1_500);
    writeFileSync(join(here, "bale.yaml"), 'layers: { programs: ["bin/**"], odd: ["odd names/**"] }\n');
    const workspace = await bale.workspace(here);
    for (const envelope of ["native", "compatible"] as const) {
      const reference = `${registry.host}/acme/fresh-${envelope}:v1`;
      expect((await workspace.push({ reference, envelope })).exact).toBe(true);
      expect(differences(await orasPull(reference, "pulled"), snapshot(here))).toEqual([]);
    }
  });

  it("pulls the whole files of a bundle whose packs are plain tars, and all of it after an exact push", async () => {
    const here = await workspaceWithSample("plain", 300);
    writeFileSync(join(here, "bale.yaml"), "pack: { compression: none, smallerThan: 1kB }\n");
    const reference = `${registry.host}/acme/plain:v1`;
    const workspace = await bale.workspace(here);
    expect((await workspace.push({ reference })).exact).toBe(false);
    const expected = snapshot(here);
    const found = await orasPull(reference, "pulled");
    expect(found.size).toBeGreaterThan(0);
    expect([...found].filter(([path, state]) => expected.get(path) !== state)).toEqual([]);
    expect((await workspace.push({ reference, exact: true })).exact).toBe(true);
    expect(differences(await orasPull(reference, "pulled"), expected)).toEqual([]);
    const cloned = await bale.clone({ reference, directory: "plain-clone", cwd: folder.path });
    expect(differences(snapshot(cloned.directory), expected)).toEqual([]);
  });

  it(`gives the tree or a part of it with right bytes, ${PULLS} times, after ${PUSHES} incremental pushes`, async () => {
    const here = await workspaceWithSample("incremental", 1_000);
    const reference = `${registry.host}/acme/incremental:v1`;
    const workspace = await bale.workspace(here);
    await workspace.push({ reference, setUpstream: true });
    for (let round = 0; round < PUSHES; round++) {
      work(here, round);
      await workspace.add(["d0006"], { cwd: here });
      expect((await workspace.push()).outcome).toBe("pushed");
    }
    const expected = snapshot(here);
    let least = expected.size;
    for (let pull = 0; pull < PULLS; pull++) {
      const found = await orasPull(reference, "pulled");
      least = Math.min(least, found.size);
      const wrong = [...found].filter(([path, state]) => expected.get(path) !== state);
      expect(wrong).toEqual([]);
    }
    console.log(`oras saw ${least} of ${expected.size} files after ${PUSHES} incremental pushes`);
    const cloned = await bale.clone({ reference, directory: "incremental-clone", cwd: folder.path });
    expect(differences(snapshot(cloned.directory), expected)).toEqual([]);
  });

  it(`always gives the exact tree when every push is exact, ${PULLS} times`, async () => {
    const here = await workspaceWithSample("exact", 1_000);
    const reference = `${registry.host}/acme/exact:v1`;
    const workspace = await bale.workspace(here);
    await workspace.push({ reference, setUpstream: true, exact: true });
    for (let round = 0; round < PUSHES; round++) {
      work(here, round);
      await workspace.add(["d0006"], { cwd: here });
      expect(await workspace.push({ exact: true })).toMatchObject({ outcome: "pushed", exact: true });
      if (round > 0 && round < PUSHES - 1) continue;
      expect(differences(await orasPull(reference, "pulled"), snapshot(here))).toEqual([]);
    }
    const expected = snapshot(here);
    for (let pull = 0; pull < PULLS; pull++)
      expect(differences(await orasPull(reference, "pulled"), expected)).toEqual([]);
  });

  it("makes artifacts of files and of folders that are pulled as the same tree", async () => {
    const source = folder.make("by-oras");
    writeSampleTree(source, { files: 300 });
    const files = ["large.bin", "empty", "d0000/f000001", "bin/large.bin"];
    const byFile = `${registry.host}/by-oras/files:v1`;
    const byFolder = `${registry.host}/by-oras/folder:v1`;
    const push = ["push", "--plain-http", "--disable-path-validation"];
    await mustRun("oras", [...push, byFile, ...files], { cwd: source });
    await mustRun("oras", [...push, byFolder, "bin", "d0001", "odd names", "large.bin"], { cwd: source });

    const some = await bale.clone({ reference: byFile, directory: "files-clone", cwd: folder.path });
    const all = snapshot(source);
    expect(
      differences(snapshot(some.directory), new Map(files.map((path) => [path, all.get(path) ?? ""]))),
    ).toEqual([]);
    const tree = await bale.clone({ reference: byFolder, directory: "folder-clone", cwd: folder.path });
    const expected = new Map(
      [...all].filter(([path]) => /^(?:bin\/|d0001\/|odd names\/|large\.bin$)/.test(path)),
    );
    expect(differences(snapshot(tree.directory), expected)).toEqual([]);

    // What another tool made can be worked on, and pushed back as a bundle that the tool still reads.
    const workspace = await bale.workspace(tree.directory);
    writeFileSync(join(tree.directory, "bin/run"), "#!/bin/sh\necho changed\n");
    expect((await workspace.push()).outcome).toBe("pushed");
    expect(differences(await orasPull(byFolder, "pulled"), snapshot(tree.directory))).toEqual([]);
  });

  it("makes an artifact of a whole folder by its name, which is pulled into the folder of that name", async () => {
    const source = folder.make("whole");
    mkdirSync(join(source, "data"));
    cpSync(folder.join("by-oras"), join(source, "data"), { recursive: true, verbatimSymlinks: true });
    const reference = `${registry.host}/by-oras/whole:v1`;
    await mustRun("oras", ["push", "--plain-http", reference, "data"], { cwd: source });
    const cloned = await bale.clone({ reference, directory: "whole-clone", cwd: folder.path });
    expect(differences(snapshot(cloned.directory), snapshot(source))).toEqual([]);
  });
});
