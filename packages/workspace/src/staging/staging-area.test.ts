import { hash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BundlePath, Digest } from "@bale/spec";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { controlPaths } from "../control-folder.js";
import { gcWorkspace } from "../gc-workspace.js";
import { saveIndexObject } from "../state/index-objects.js";
import type { Workspace } from "../workspace.js";
import { openTestWorkspace, useFolders } from "../workspace.testing.js";
import { createStagedFile } from "./staged-file.js";
import { findStaged, listStaged, reclaimStaging, removeStaged } from "./staging-area.js";

const digest = (content: string): Digest => `sha256:${hash("sha256", content)}` as Digest;
const make = useFolders();
let root = "";
let workspace: Workspace;
beforeEach(async () => {
  root = make().root;
  workspace = await openTestWorkspace(root);
});
afterEach(() => workspace[Symbol.asyncDispose]());

async function stage(content: string): Promise<void> {
  const file = await createStagedFile(root);
  await file.write(Buffer.from(content));
  await file.commit();
}

describe("staging", () => {
  it("keeps bytes under their digest, and finds them again", async () => {
    const file = await createStagedFile(root);
    file.writeSync(Buffer.from("one "));
    await file.write(Buffer.from("two"));
    expect(file.size).toBe(7);
    expect(listStaged(root)).toEqual([]);
    const blob = await file.commit(digest("one two"));
    expect(blob).toMatchObject({ digest: digest("one two"), size: 7 });
    expect(readFileSync(blob.file, "utf8")).toBe("one two");
    await file.abort();
    expect(findStaged(root, blob.digest)).toEqual(blob);
    expect(listStaged(root)).toEqual([blob]);
    removeStaged(root, blob.digest);
    removeStaged(root, blob.digest);
    expect(findStaged(root, blob.digest)).toBeUndefined();
  });

  it("keeps nothing of what was aborted or has another digest", async () => {
    const aborted = await createStagedFile(root);
    await aborted.write(Buffer.from("x"));
    await aborted.abort();
    const wrong = await createStagedFile(root);
    await wrong.write(Buffer.from("x"));
    await expect(wrong.commit(digest("y"))).rejects.toMatchObject({ code: "DIGEST_MISMATCH" });
    expect(readdirSync(controlPaths(root).staging)).toEqual([]);
    await expect(aborted.write(Buffer.from("y"))).rejects.toMatchObject({ code: "INTERNAL" });
  });

  it("gives back the room of dead processes and old pushes, and of nobody else", async () => {
    const { staging } = controlPaths(root);
    await stage("old");
    await stage("young");
    await stage("old but needed");
    const past = new Date(Date.now() - 2 * 86_400_000);
    for (const content of ["old", "old but needed"])
      utimesSync(join(staging, digest(content).slice(7)), past, past);
    writeFileSync(join(staging, "new.11.0123456789ab.tmp"), "of a dead one");
    writeFileSync(join(staging, "new.22.0123456789ab.tmp"), "of a live one");
    const processes = { exists: (pid: number) => pid === 22, startTime: () => undefined };
    const options = { processes, keep: new Set([digest("old but needed")]) };
    expect(reclaimStaging(root, { ...options, dryRun: true })).toEqual({ files: 2, bytes: 16 });
    expect(reclaimStaging(root, options)).toEqual({ files: 2, bytes: 16 });
    expect(
      listStaged(root)
        .map((blob) => blob.digest)
        .sort(),
    ).toEqual([digest("young"), digest("old but needed")].sort());
    expect(readdirSync(staging)).toContain("new.22.0123456789ab.tmp");
    // A clock that was set back makes everything young.
    expect(reclaimStaging(root, { processes, nowMs: 0 })).toEqual({ files: 0, bytes: 0 });
  });
});

describe("gc", () => {
  it("removes leftovers and what is not needed", async () => {
    const { temporary } = controlPaths(root);
    writeFileSync(join(temporary, "write.1.0123456789ab.tmp"), "left");
    mkdirSync(join(temporary, "probe-x"));
    const needed = Buffer.from("needed");
    const other = Buffer.from("other");
    for (const bytes of [needed, other]) saveIndexObject(root, digest(bytes.toString()), bytes);
    const options = { keepIndex: new Set([digest("needed")]) };
    const wanted = await gcWorkspace(workspace, { ...options, dryRun: true });
    expect(wanted).toMatchObject({ temporary: { files: 2 }, indexObjects: 1 });
    expect(await gcWorkspace(workspace, options)).toEqual(wanted);
    expect(readdirSync(temporary)).toEqual([]);
    expect(await gcWorkspace(workspace)).toMatchObject({ indexObjects: 0, temporary: { files: 0 } });
  });

  it("forgets digests of files that are not held", async () => {
    const stat = { size: 1, mtimeNs: 1n, ctimeNs: 1n, ino: 1n, kind: "file" as const };
    workspace.statCache.set("x" as BundlePath, { stat, digest: digest("x"), settled: true });
    await gcWorkspace(workspace, { dryRun: true });
    expect(workspace.statCache.entries()).toHaveLength(1);
    await gcWorkspace(workspace);
    expect(workspace.statCache.entries()).toEqual([]);
  });

  it("needs the lock", async () => {
    await workspace[Symbol.asyncDispose]();
    await expect(gcWorkspace(workspace)).rejects.toMatchObject({ code: "INTERNAL" });
  });
});
