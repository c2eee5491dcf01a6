import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsup";

/** Bundles a program of these tests from the sources, so that plain Node runs it. Answers the file. */
export async function buildProgram(source: URL, folder: string): Promise<string> {
  await build({
    entry: { program: fileURLToPath(source) },
    outDir: folder,
    format: "esm",
    outExtension: () => ({ js: ".mjs" }),
    platform: "node",
    target: "node20.19",
    silent: true,
    config: false,
    dts: false,
    noExternal: [/./],
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    esbuildOptions: (options) => {
      options.conditions = ["bale-source"];
    },
  });
  return join(folder, "program.mjs");
}
