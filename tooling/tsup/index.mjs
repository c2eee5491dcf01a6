import { defineConfig } from "tsup";

// Declarations come from tsc: tsup's own need the compiler's JavaScript interface, which TypeScript 7 does not have.
export default defineConfig({
  entry: ["src/index.ts"],
  format: ["esm"],
  target: "node20",
  clean: true,
  dts: false,
  sourcemap: true,
  splitting: true,
});
