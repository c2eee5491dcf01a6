import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pluginConformance } from "@bale/conformance";
import { describe, it } from "vitest";
import { storageFs } from "../src/index.js";

describe("the plugin of folders", () => {
  pluginConformance({ describe, it }, async () => {
    const path = mkdtempSync(join(tmpdir(), "bale-fs-plugin-"));
    const description = { type: "fs", path, prefix: "acme" };
    return {
      exported: storageFs,
      stores: [
        {
          description,
          trust: { kind: "needs-consent", line: `fs:${path}/acme` },
          refused: [
            { type: "fs" },
            { type: "fs", path: "relative" },
            { type: "fs", path: `${path}/` },
            { type: "fs", path: `${path}/..` },
            { ...description, prefix: "../x" },
            { ...description, password: "x" },
          ],
        },
      ],
      [Symbol.asyncDispose]: async () => rmSync(path, { recursive: true, force: true }),
    };
  });
});
