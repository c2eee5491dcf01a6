import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

interface LoadResult {
  readonly contents: string;
  readonly loader: "ts";
  readonly resolveDir: string;
}
/** The part of esbuild's plugin interface that is used here. */
interface BuildHooks {
  readonly onLoad: (
    options: { readonly filter: RegExp },
    load: (args: { readonly path: string }) => LoadResult,
  ) => void;
}
interface BuildPlugin {
  readonly name: string;
  readonly setup: (build: BuildHooks) => void;
}

const PACKAGES = fileURLToPath(new URL("../../../packages/", import.meta.url));
const NAMED_IMPORT = /^import \{([^}]*)\} from "@bale\/([a-z0-9-]+)";$/gm;
const NAMED_EXPORT = /^export \{([^}]*)\} from "\.\/([^"]+)\.js";$/gm;

/** `a`, `b as c`; types are gone when the code runs. */
function valueNames(list: string): readonly (readonly [imported: string, local: string])[] {
  return list
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "" && !entry.startsWith("type "))
    .map((entry) => {
      const [imported = "", local = imported] = entry.split(" as ");
      return [imported, local] as const;
    });
}

/** Which file of a package each of its exports is in, as its index says. */
function exportsOf(name: string): ReadonlyMap<string, string> {
  const source = join(PACKAGES, name, "src");
  const found = new Map<string, string>();
  for (const [, list = "", file = ""] of readFileSync(join(source, "index.ts"), "utf8").matchAll(
    NAMED_EXPORT,
  ))
    for (const [, exported] of valueNames(list)) found.set(exported, join(source, `${file}.ts`));
  return found;
}

/**
 * Imports from a package of this repository become imports from the file that has the export. esbuild decides what a chunk needs by following every
 * import of an index, used or not, so that one function of a package would load all of it.
 */
export function directImports(): BuildPlugin {
  const known = new Map<string, ReadonlyMap<string, string>>();
  const direct = (list: string, name: string): string => {
    const exports = known.get(name) ?? exportsOf(name);
    known.set(name, exports);
    return valueNames(list)
      .map(([imported, local]) => {
        const file = exports.get(imported);
        if (file === undefined) throw new Error(`@bale/${name} has no export ${imported}`);
        return `import { ${imported}${local === imported ? "" : ` as ${local}`} } from ${JSON.stringify(file)};`;
      })
      .join(" ");
  };
  return {
    name: "direct-imports",
    setup: (build) => {
      build.onLoad({ filter: /[\\/](?:packages|apps)[\\/][^\\/]+[\\/]src[\\/].*\.ts$/ }, ({ path }) => ({
        // Lines stay where they are: an import of several lines is replaced by one line and the rest stays empty.
        contents: readFileSync(path, "utf8").replace(
          NAMED_IMPORT,
          (whole: string, list: string, name: string) => {
            const lines = "\n".repeat(whole.split("\n").length - 1);
            return `${direct(list, name)}${lines}`;
          },
        ),
        loader: "ts",
        resolveDir: dirname(path),
      }));
    },
  };
}
