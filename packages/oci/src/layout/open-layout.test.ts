import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { remoteRepositoryConformance } from "@bale/conformance";
import { describe, it } from "vitest";
import { openLayout } from "./open-layout.js";

remoteRepositoryConformance({ describe, it }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "bale-layout-"));
  const directory = join(folder, "layout");
  return {
    open: () => openLayout({ directory, create: true, fsync: "never" }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
});
