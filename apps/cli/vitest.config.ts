import shared from "@bale/tooling-vitest";
import { mergeConfig } from "vitest/config";

// The end-to-end tests run the bundle, which is built once for all of them.
export default mergeConfig(shared, { test: { globalSetup: ["test/build-bundle.ts"] } });
