import { readFileSync } from "node:fs";
import shared from "@bale/tooling-vitest";
import { mergeConfig } from "vitest/config";

const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")) as {
  version: string;
};

// The end-to-end tests run the bundle, which is built once for all of them.
export default mergeConfig(shared, {
  define: { BALE_VERSION: JSON.stringify(version) },
  // A test of the main job starts twenty processes, one after the other.
  test: { globalSetup: ["test/build-bundle.ts"], testTimeout: 60_000 },
});
