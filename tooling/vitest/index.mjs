import { defineConfig } from "vitest/config";

// Packages are read from their sources, so that a test never sees a stale build.
export default defineConfig({
  resolve: { conditions: ["bale-source"] },
  ssr: { resolve: { conditions: ["bale-source"] } },
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    pool: "threads",
    maxWorkers: 2,
  },
});
