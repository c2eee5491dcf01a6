import shared from "@bale/tooling-vitest";
import { mergeConfig } from "vitest/config";

// Real servers and thousands of files: one file after another, so that they do not slow each other down.
export default mergeConfig(shared, {
  test: { testTimeout: 300_000, hookTimeout: 300_000, fileParallelism: false },
});
