import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { BaleError, exitCodeOf } from "@bale/spec";
import { serviceOrSkip, startRegistry } from "@bale/tooling-services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openClient } from "./harness/client.js";
import { copyInstalledPackages, copyStandardLibrary, pythonOrSkip } from "./harness/real-trees.js";
import { type ScratchFolder, scratchFolder } from "./harness/scratch-folder.js";
import { differences, type Snapshot, snapshot } from "./harness/snapshot.js";

// The default rules would leave out both: the standard library has a package of the name venv.
const TAKEN_BACK = "!node_modules/\n!venv/\n";
const TYPESCRIPT = "node_modules/typescript";

/** Where links of a published tree may lead that no bundle can keep: Debian's Python has the first one. */
const LEAVING = new Map([
  ["python/sitecustomize.py", "/etc/python3/sitecustomize.py"],
  ["python/config/up.a", "../../../outside.a"],
  ["node_modules/.bin/far", "../../../far/bin.js"],
]);

const hasPython = pythonOrSkip();

let folder: ScratchFolder;
let tree: string;
/** The tree after both changes, made without any bundle. */
let expected: Snapshot;
beforeAll(() => {
  if (!hasPython) return;
  folder = scratchFolder();
  tree = folder.make("tree");
  copyInstalledPackages(join(tree, "node_modules"));
  copyStandardLibrary(join(tree, "python"));
  mkdirSync(join(tree, "python", "config"), { recursive: true });
  symlinkSync("os.py", join(tree, "python", "os-link.py"));
  symlinkSync("../node_modules/typescript/package.json", join(tree, "python", "typescript.json"));
  symlinkSync("json", join(tree, "python", "json-folder"));
  const model = folder.join("model");
  prepare(model);
  for (const change of [changeHere, changeThere]) change(model);
  expected = snapshot(model);
  rmSync(model, { recursive: true });
});
afterAll(() => folder?.[Symbol.dispose]());

function prepare(root: string): void {
  cpSync(tree, root, { recursive: true, verbatimSymlinks: true });
  writeFileSync(join(root, ".baleignore"), TAKEN_BACK);
  writeFileSync(
    join(root, "bale.yaml"),
    'layers: { packages: ["node_modules/**"], library: ["python/**"] }\nroles: { scripts: [library], all-of-it: [packages, library] }\n',
  );
}

/** What the owner of the tree does. */
function changeHere(root: string): void {
  appendFileSync(join(root, "python/os.py"), "\n# changed here\n");
  writeFileSync(join(root, "python/json/encoder.py"), "");
  rmSync(join(root, "python/this.py"));
  renameSync(join(root, "python/turtle.py"), join(root, "python/tortoise.py"));
  rmSync(join(root, "python/os-link.py"));
  symlinkSync("posixpath.py", join(root, "python/os-link.py"));
  mkdirSync(join(root, "python/new/deep"), { recursive: true });
  copyFileSync(process.execPath, join(root, "python/new/deep/program"));
}

/** What somebody else does meanwhile, in other files. */
function changeThere(root: string): void {
  appendFileSync(join(root, TYPESCRIPT, "package.json"), "\n");
  chmodSync(join(root, TYPESCRIPT, "README.md"), 0o755);
  chmodSync(join(root, TYPESCRIPT, "bin/tsc"), 0o644);
  rmSync(join(root, "node_modules/.bin/tsc"));
  symlinkSync("../typescript/README.md", join(root, "node_modules/.bin/tsc"));
  rmSync(join(root, "node_modules/tslib"), { recursive: true });
  writeFileSync(join(root, "node_modules/added.txt"), "from somebody else\n");
}

for (const kind of ["distribution", "docker-registry", "ggcr"] as const)
  describe.skipIf(!hasPython || !serviceOrSkip(kind))(`thousands of published files through ${kind}`, () => {
    it("go up, come down elsewhere, change on both sides, and are the same bytes everywhere", async () => {
      await using registry = await startRegistry(kind);
      await using bale = openClient();
      const reference = `${registry.host}/acme/site:v1`;
      const here = folder.join(kind, "here");
      prepare(here);
      await bale.init({ directory: here });
      const owner = await bale.workspace(here);
      const added = await owner.add(["."], { cwd: here });
      expect(added, JSON.stringify(added.problems)).toMatchObject({ complete: true, ignored: [] });
      const first = snapshot(here);
      expect(new Set([...added.added, ...added.alreadyTracked])).toEqual(new Set(first.keys()));
      expect(first.size).toBeGreaterThan(5_000);
      await owner.push({ reference, setUpstream: true });

      const cloned = await bale.clone({ reference, directory: join(kind, "there"), cwd: folder.path });
      const there = cloned.directory;
      expect(differences(snapshot(there), first)).toEqual([]);
      const other = await bale.workspace(there);
      expect((await other.status()).changes).toEqual([]);

      changeHere(here);
      changeThere(there);
      await owner.add(["python"], { cwd: here });
      await other.add(["node_modules/added.txt"], { cwd: there });
      const pushed = await other.push();
      expect(pushed.outcome).toBe("pushed");

      const seen = await owner.diff({ remote: true });
      const verdicts = new Map(seen.verdicts?.map((change) => [change.path as string, change.verdict]));
      expect(verdicts.get("python/os.py")).toBe("local-change");
      expect(verdicts.get(`${TYPESCRIPT}/package.json`)).toBe("remote-change");
      expect(new Set(verdicts.values())).toEqual(new Set(["local-change", "remote-change"]));
      const refused = await owner.push().catch((error: unknown) => error);
      expect([BaleError.is(refused, "PUSH_REFUSED"), exitCodeOf(refused)]).toEqual([true, 6]);

      await owner.pull();
      expect(differences(snapshot(here), expected)).toEqual([]);
      expect((await owner.push()).outcome).toBe("pushed");
      await other.pull();
      expect(differences(snapshot(there), expected)).toEqual([]);
      expect((await owner.push()).outcome).toBe("nothing-to-do");

      const again = await bale.clone({ reference, directory: join(kind, "again"), cwd: folder.path });
      expect(differences(snapshot(again.directory), expected)).toEqual([]);
      const role = await bale.clone({
        reference,
        directory: join(kind, "role"),
        cwd: folder.path,
        roles: ["scripts"],
      });
      expect([...snapshot(role.directory).keys()]).toEqual(
        [...expected.keys()].filter((path) => !path.startsWith("node_modules/")),
      );
      expect((await bale.verify({ reference, deep: true })).problems).toEqual([]);
      rmSync(folder.join(kind), { recursive: true });
    });
  });

describe.skipIf(!hasPython)("links that leave the tree", () => {
  it("are refused one by one when they are added, with their targets, and nothing else is", async () => {
    await using bale = openClient();
    const here = folder.join("links");
    prepare(here);
    await bale.init({ directory: here });
    for (const [path, target] of LEAVING) symlinkSync(target, join(here, path));
    const workspace = await bale.workspace(here);
    const { added, alreadyTracked, refusedLinks, complete } = await workspace.add(["."], { cwd: here });
    expect(complete).toBe(false);
    expect(new Map(refusedLinks.map(({ path, target }) => [path as string, target]))).toEqual(LEAVING);
    expect(added.length + alreadyTracked.length).toBe(snapshot(here).size - LEAVING.size);
    expect((await workspace.status({ mode: "offline" })).untracked.map(({ path }) => path).sort()).toEqual(
      [...LEAVING.keys()].sort(),
    );
    expect(readFileSync(join(here, "bale.yaml"), "utf8")).toContain("layers");
  });
});
