import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exitCodeOf } from "@bale/spec";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Bench, failureOf, openBench, type Work } from "../bench.testing.js";

let bench: Bench;
let mine: Work;
let tag: string;

beforeEach(async () => {
  bench = await openBench();
  mine = await bench.work("mine");
  await mine.track({ old: "1" });
  await mine.push();
  const other = await bench.clone("other");
  await other.track({ unrelated: "1" });
  await other.push();
  tag = bench.registry.store.resolveTag("acme/app", "v1") as string;
  await mine.track({ small: "small", large: randomBytes(1_200_000) });
  bench.registry.clearLog();
});
afterEach(() => bench[Symbol.asyncDispose]());

/** After the scan the tables of the other one's push are read; packs are made after that. */
const AFTER_SCAN = { method: "GET", path: /\/blobs\/sha256/, skip: 1 } as const;
/** The first upload begins when all packs are made. */
const WHILE_SENDING = { method: "POST", path: /\/blobs\/uploads\// } as const;

const changes: Record<string, (file: string) => void> = {
  "is written over": (file) => writeFileSync(file, randomBytes(1_200_000)),
  "is written over with the same size": (file) => writeFileSync(file, "SMALL".padEnd(5)),
  "is cut": (file) => truncateSync(file, 2),
  grows: (file) => writeFileSync(file, randomBytes(1_300_000)),
  "is deleted": (file) => rmSync(file),
  "becomes a link": (file) => {
    rmSync(file);
    symlinkSync("old", file);
  },
  "becomes a folder": (file) => {
    rmSync(file);
    mkdirSync(file);
  },
};
if (process.platform !== "win32")
  changes["becomes a pipe, which never ends"] = (file) => {
    rmSync(file);
    execFileSync("mkfifo", [file]);
  };

async function refused(): Promise<void> {
  const error = await failureOf(mine.push());
  expect([6, 9], `${error.code}: ${error.message}`).toContain(exitCodeOf(error));
  expect(["FILE_CHANGED", "NOT_REGULAR"], error.message).toContain(error.code);
  expect(bench.registry.store.resolveTag("acme/app", "v1")).toBe(tag);
  expect(
    bench.registry.log.filter((record) => record.method === "PUT" && record.path.includes("/manifests/")),
  ).toEqual([]);
}

describe("a small file that changes between scan and packing (78, 80)", () => {
  it.each(Object.entries(changes))("%s", async (_name, change) => {
    const fault = bench.registry.addFault({
      ...AFTER_SCAN,
      action: { kind: "run", run: () => change(join(mine.root, "small")) },
    });
    await refused();
    expect(fault.hits).toBe(1);
  });
});

describe("a large file that changes before or while it is sent (79, 80)", () => {
  it.each(Object.entries(changes))("before: %s", async (_name, change) => {
    const fault = bench.registry.addFault({
      ...AFTER_SCAN,
      action: { kind: "run", run: () => change(join(mine.root, "large")) },
    });
    await refused();
    expect(fault.hits).toBe(1);
  });

  it.each(Object.entries(changes))("when the upload begins: %s", async (_name, change) => {
    // The pack of small files goes first or at the same time; either way the large file is open or about to be.
    const fault = bench.registry.addFault({
      ...WHILE_SENDING,
      times: 1,
      action: { kind: "run", run: () => change(join(mine.root, "large")) },
    });
    await refused();
    expect(fault.hits).toBe(1);
    expect(bench.registry.store.uploads()).toEqual([]);
  });

  it("is pushed as it is then when the command is repeated", async () => {
    bench.registry.addFault({
      ...WHILE_SENDING,
      action: { kind: "run", run: () => writeFileSync(join(mine.root, "large"), "now small") },
    });
    await refused();
    await mine.push();
    expect((await bench.clone("clone")).disk()).toEqual({
      large: "now small",
      old: "1",
      small: "small",
      unrelated: "1",
    });
  });
});

describe("a pull into a tree that changes meanwhile", () => {
  it("a file edited between plan and write is not replaced, and nothing else is", async () => {
    const other = bench.open(join(bench.folder, "other"));
    await other.track({ old: "2", more: "2".repeat(1_200_000) });
    await other.push();
    bench.registry.addFault({
      method: "GET",
      path: /\/blobs\/sha256/,
      skip: 2,
      action: { kind: "run", run: () => writeFileSync(join(mine.root, "old"), "edited a moment ago") },
    });
    const error = await failureOf(mine.pull());
    expect([error.code, exitCodeOf(error)]).toEqual(["FILE_CHANGED", 6]);
    expect(mine.disk()).toMatchObject({ old: "edited a moment ago", small: "small" });
    expect(mine.disk()["more"]).toBeUndefined();
    expect(mine.disk()["unrelated"]).toBeUndefined();
    expect((await failureOf(mine.pull())).code).toBe("PULL_REFUSED");
  });

  it("a file made between plan and write in a free place is not replaced", async () => {
    bench.registry.addFault({
      method: "GET",
      path: /\/blobs\/sha256/,
      skip: 2,
      action: { kind: "run", run: () => writeFileSync(join(mine.root, "unrelated"), "mine") },
    });
    const error = await failureOf(mine.pull());
    expect([error.code, exitCodeOf(error)]).toEqual(["WOULD_OVERWRITE", 6]);
    expect(mine.disk()["unrelated"]).toBe("mine");
  });

  it.skipIf(process.platform === "win32")("a parent that becomes a link is not followed", async () => {
    const other = bench.open(join(bench.folder, "other"));
    await other.track({ "dir/new": "1" });
    await other.push();
    const outside = join(bench.folder, "outside");
    mkdirSync(outside);
    bench.registry.addFault({
      method: "GET",
      path: /\/blobs\/sha256/,
      skip: 2,
      action: { kind: "run", run: () => symlinkSync(outside, join(mine.root, "dir")) },
    });
    const error = await failureOf(mine.pull());
    expect(["SYMLINK_PARENT", "WOULD_OVERWRITE"]).toContain(error.code);
    expect(bench.open(outside).disk()).toEqual({});
  });
});
