import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { expectDone, expectFailed } from "./harness/expect-done.js";
import { newPerson, type Person } from "./harness/person.js";
import { sameFiles } from "./harness/same-files.js";
import { noise } from "./harness/sample-tree.js";
import { type ScratchFolder, scratchFolder } from "./harness/scratch-folder.js";

/** Whether this system lets us have file systems of our own, which takes root. */
function canMount(): boolean {
  using folder = scratchFolder();
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder.path]).status === 0;
  if (mounted) spawnSync("umount", [folder.path]);
  else process.stderr.write("skipped: file systems cannot be mounted here (root can)\n");
  return mounted;
}

describe.skipIf(!canMount())("row 77: the disk below a directory store", () => {
  let folder: ScratchFolder;
  let store: string;
  let person: Person;
  let root: string;
  let reference: string;
  const disk = (options: string): void => {
    expect(spawnSync("mount", ["-o", `remount,${options}`, store]).status).toBe(0);
  };
  const push = () => person.run(["push", "-u", reference], { cwd: root });

  beforeEach(async () => {
    folder = scratchFolder();
    store = folder.make("store");
    reference = `oci:${folder.join("layout")}:v1`;
    expect(spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", store]).status).toBe(0);
    person = newPerson(folder.join("person"));
    person.writeConfig({ trustedStores: [`fs:${store}`] });
    root = await person.workspace("app", {
      "bale.yaml": `storage: { stores: { disk: { type: fs, path: "${store}" } }, rules: [{ match: "data/**", store: disk }] }\n`,
      "data/big": noise(3_000_000, 1),
      "src/a": "a\n",
    });
  });
  afterEach(() => {
    spawnSync("umount", [store]);
    folder[Symbol.dispose]();
  });

  const blobs = () =>
    readdirSync(store, { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile() && entry.parentPath.includes("sha256"),
    );

  it("is full: nothing is published, nothing unfinished stays, and with room the same push goes through", async () => {
    expect(expectFailed(await push(), 8, "NO_SPACE").fix).toContain("make room");
    expect(blobs()).toEqual([]);
    expect((await person.run(["show", reference], { cwd: root })).exit).toBe(3);
    disk("size=20m");
    expectDone(await push());
    expect(blobs()).toHaveLength(1);
  });

  it("is read-only: a push is refused by name, and a clone needs no more than to read", async () => {
    disk("size=20m,ro");
    const refused = expectFailed(await push(), 4, "STORE_DENIED");
    expect(refused.why).toContain("read-only");
    expect(refused.fix).toContain("bale storage check disk");
    disk("size=20m,rw");
    expectDone(await push());
    disk("ro");
    const target = folder.join("clone");
    expectDone(await person.run(["clone", reference, target], { cwd: folder.path }));
    sameFiles(target, root);
  });
});
