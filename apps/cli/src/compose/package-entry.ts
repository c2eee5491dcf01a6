import { resolve, sep } from "node:path";

// As Node has them for `import`; what a package says for others does not count.
const CONDITIONS: ReadonlySet<string> = new Set(["node", "import", "module-sync", "default"]);

function targetOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) {
    for (const each of value) {
      const found = targetOf(each);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  for (const [condition, target] of Object.entries(value)) {
    const found = CONDITIONS.has(condition) ? targetOf(target) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function exported(exports: unknown): string | undefined {
  const paths = typeof exports === "object" && exports !== null && "." in exports ? exports["."] : exports;
  return targetOf(paths);
}

/**
 * The file that `import` of a package means (Node's "Package entry points"), as its manifest says it; `undefined` where that leaves the package.
 * Node itself resolves names from the importing file only, and this one is bale's.
 */
export function packageEntry(
  folder: string,
  manifest: Readonly<Record<string, unknown>>,
): string | undefined {
  const { exports, main } = manifest;
  const target = exports === undefined ? (typeof main === "string" ? main : "index.js") : exported(exports);
  if (target === undefined) return undefined;
  const file = resolve(folder, target);
  return file.startsWith(`${resolve(folder)}${sep}`) ? file : undefined;
}
