import { defineConfig } from "tsup";

// One package for users: everything but Node's own modules is inside, in chunks that are loaded when they are needed.
export default defineConfig({
  entry: {
    main: "src/main.ts",
    // The pool of hashing threads looks for it beside its own chunk.
    "hash-worker": "../../packages/workspace/src/hash-worker.js",
  },
  format: ["esm"],
  target: "node20",
  platform: "node",
  outDir: "dist",
  clean: true,
  dts: false,
  sourcemap: false,
  splitting: true,
  treeshake: false,
  minify: false,
  noExternal: [/.*/],
  // CommonJS modules inside an ES module still ask for Node's modules with require.
  banner: {
    js: 'import { createRequire as bundledRequire } from "node:module"; const require = bundledRequire(import.meta.url);',
  },
  esbuildOptions(options) {
    // Packages of this repository are read from their sources, so that this build needs no other.
    options.conditions = ["bale-source", "import", "module", "default", "node"];
    options.legalComments = "none";
  },
});
