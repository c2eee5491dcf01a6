import { defineConfig } from "vitest/config";

// One start for all packages: seventeen would cost more than most of their tests.
export default defineConfig({
  test: {
    projects: ["packages/*/vitest.config.ts", "apps/*/vitest.config.ts", "tooling/*/vitest.config.mjs"],
    maxWorkers: 2,
  },
});
