import { basename } from "node:path";
import type { ResolveHooks } from "./resolve-hooks.js";

/** What the first file loads when it is needed, each with what it needs: the names are those of the files in dist/late. */
export const LATE_ENTRIES = {
  local: "src/local.ts",
  "parse-command": "src/definition/parse-command.ts",
  "render-page": "src/render-html/render-page.ts",
  "run-quickstart": "src/quickstart/run-quickstart.ts",
  "topic-page": "src/help/topic-page.ts",
  work: "src/work.ts",
} as const;

/**
 * Leaves dynamic imports to files of a build of their own. With one build and shared chunks, each start would load twenty files, which takes longer
 * (23 ms against 9 for `--help`) than what is in both builds twice.
 */
export function lateEntries(): { readonly name: string; readonly setup: (build: ResolveHooks) => void } {
  return {
    name: "late-entries",
    setup: (build) => {
      build.onResolve({ filter: /^\./ }, ({ path, kind }) => {
        if (kind !== "dynamic-import") return undefined;
        const name = basename(path, ".js");
        if (!Object.hasOwn(LATE_ENTRIES, name)) throw new Error(`${path} is no late entry`);
        return { path: `./late/${name}.js`, external: true };
      });
    },
  };
}
