import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BlobHarness, blobDriverConformance } from "@bale/conformance";
import { readOnlyLayer } from "@bale/storage";
import { describe, it } from "vitest";
import { fsDriver } from "../src/driver.js";

function harnessWith(prefix: string | undefined): () => Promise<BlobHarness> {
  return async () => {
    const folder = await mkdtemp(join(tmpdir(), "bale-fs-"));
    const config = { type: "fs", path: join(folder, "store"), prefix } as const;
    return {
      open: async () => fsDriver(config),
      openMissing: async () => fsDriver({ ...config, path: join(folder, "nowhere", "at-all") }),
      openReadOnly: async () => readOnlyLayer()(fsDriver(config)),
      [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
    };
  };
}

describe("a directory", () => {
  blobDriverConformance({ describe, it }, harnessWith(undefined));
});
describe("a directory with a prefix", () => {
  blobDriverConformance({ describe, it }, harnessWith("team/models.v2"));
});
