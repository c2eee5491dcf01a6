import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BlobContribution } from "@bale/spec";
import { limitLayer, logLayer } from "@bale/storage";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fsDriver } from "../src/driver.js";
import storageFsDefault, { storageFs } from "../src/index.js";

const contribution = storageFs().blobs?.[0] as BlobContribution;

describe("the plugin", () => {
  it("contributes the store type fs and nothing else", () => {
    expect(storageFs()).toMatchObject({
      specVersion: 1,
      name: "@bale/storage-fs",
      blobs: [{ scheme: "fs" }],
    });
    expect(Object.keys(storageFs())).toEqual(["specVersion", "name", "blobs"]);
    // A plugin that the user's configuration names is what its package exports by default.
    expect(storageFsDefault).toBe(storageFs);
  });

  it("always needs consent, with one line a place", () => {
    const line = (path: string, prefix?: string) => contribution.trust({ type: "fs", path, prefix });
    expect(line("/mnt/models")).toEqual({ kind: "needs-consent", line: "fs:/mnt/models" });
    expect(line("/mnt", "models")).toEqual(line("/mnt/models"));
  });

  it("describes a store by path and prefix", () => {
    expect(contribution.describe({ type: "fs", path: "/mnt/models" })).toEqual({ path: "/mnt/models" });
    expect(contribution.describe({ type: "fs", path: "/mnt", prefix: "a/b" })).toEqual({
      path: "/mnt",
      prefix: "a/b",
    });
  });
});

describe("the marker of a user", () => {
  const user = "ghcr.io/acme/models";
  const name = createHash("sha256").update(user).digest("hex");
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "bale-fs-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("holds the name, under its digest, beside the blobs, through any layers", async () => {
    const config = { type: "fs", path: join(folder, "store"), prefix: "team" } as const;
    const driver = limitLayer()(logLayer({ record: () => {} })(fsDriver(config)));
    await contribution.markUser?.(driver, user);
    expect(await readFile(join(config.path, "team/users", name), "utf8")).toBe(user);
    expect(await readdir(join(config.path, "team/users"))).toEqual([name]);
  });

  it("is written once, and users do not disturb each other", async () => {
    const driver = fsDriver({ type: "fs", path: folder });
    await contribution.markUser?.(driver, user);
    const first = await stat(join(folder, "users", name), { bigint: true });
    await Promise.all([user, "ghcr.io/acme/other", user].map((one) => contribution.markUser?.(driver, one)));
    expect((await stat(join(folder, "users", name), { bigint: true })).ino).toBe(first.ino);
    expect(await readdir(join(folder, "users"))).toHaveLength(2);
  });
});
