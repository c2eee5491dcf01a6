import shared from "@bale/tooling-vitest";
import { mergeConfig } from "vitest/config";

export default mergeConfig(shared, { test: { include: ["src/**/*.test.ts"] } });
