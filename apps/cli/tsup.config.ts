import { readFileSync, rmSync } from "node:fs";
import { defineConfig, type Options } from "tsup";
import { CLOUD_ENTRIES, cloudPlugins } from "./build/cloud-plugins.js";
import { directImports } from "./build/direct-imports.js";
import { LATE_ENTRIES, lateEntries } from "./build/late-entries.js";
import { licenseNotices } from "./build/license-notices.js";
import { withoutChildProcesses } from "./build/without-child-processes.js";

const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")) as {
  version: string;
};

// Five builds write into one folder, so that none of them can clean it.
rmSync(new URL("dist", import.meta.url), { recursive: true, force: true });

// One package for users: everything but Node's own modules is inside.
const shared: Options = {
  format: ["esm"],
  target: "node20",
  platform: "node",
  dts: false,
  sourcemap: false,
  removeNodeProtocol: false,
  define: { BALE_VERSION: JSON.stringify(version) },
  noExternal: [/.*/],
  // CommonJS modules inside an ES module still ask for Node's modules with require.
  banner: {
    js: 'import { createRequire as bundledRequire } from "node:module"; const require = bundledRequire(import.meta.url);',
  },
  esbuildOptions: (options) => {
    // Packages of this repository are read from their sources, so that this build needs no other.
    options.conditions = ["bale-source", "import", "module", "default", "node"];
    options.legalComments = "none";
    // A third less to read at every start (7 ms of an offline status); names stay, for whoever reads a stack.
    options.minifyWhitespace = true;
    options.minifySyntax = true;
  },
};

const notices = licenseNotices("dist/third-party-licences.txt");
const { "parse-command": parseCommand, "render-page": renderPage, ...late } = LATE_ENTRIES;

export default defineConfig([
  {
    ...shared,
    entry: ["src/main.ts"],
    outDir: "dist",
    splitting: false,
    esbuildPlugins: [lateEntries(), directImports(), notices],
  },
  {
    ...shared,
    entry: { "parse-command": parseCommand },
    outDir: "dist/late",
    splitting: false,
    // Every command loads it: half the size is two milliseconds.
    minify: true,
    esbuildPlugins: [withoutChildProcesses(), directImports(), notices],
  },
  {
    ...shared,
    entry: { "render-page": renderPage },
    outDir: "dist/late",
    // With the chunks of the others, those would come in more files, and every command that needs one would load more of them.
    splitting: false,
    esbuildPlugins: [withoutChildProcesses(), directImports(), notices],
  },
  {
    ...shared,
    // The pool of hashing threads looks for its worker beside its own file.
    entry: { ...late, "hash-worker": "../../packages/workspace/src/hash-worker.js" },
    outDir: "dist/late",
    splitting: true,
    esbuildPlugins: [cloudPlugins(), directImports(), notices],
  },
  {
    ...shared,
    entry: CLOUD_ENTRIES,
    outDir: "dist/cloud",
    splitting: true,
    esbuildPlugins: [directImports(), notices],
  },
]);
