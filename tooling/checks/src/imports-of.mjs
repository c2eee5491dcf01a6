// Statements begin a line, as the formatter leaves them, so an example in a comment (" * import ...") is not one.
const STATIC = /^(?:import|export)\b[^"'`;=]*?\bfrom\s*["']([^"']+)["']/gm;
const SIDE_EFFECT = /^import\s*["']([^"']+)["']/gm;
const DYNAMIC = /\bimport\(\s*["']([^"']+)["']/g;

/**
 * The specifiers that a TypeScript file imports or exports from, types included, each once.
 * @param {string} text
 * @returns {string[]}
 */
export function importsOf(text) {
  const code = withoutComments(text);
  const found = [STATIC, SIDE_EFFECT, DYNAMIC].flatMap((pattern) =>
    [...code.matchAll(pattern)].map(([, name]) => name ?? ""),
  );
  return [...new Set(found)];
}

/**
 * Removes comments that stand on lines of their own, which is where the formatter leaves room for prose.
 * @param {string} text
 * @returns {string}
 */
export function withoutComments(text) {
  return text.replace(/^[ \t]*\/\*[\s\S]*?\*\//gm, "").replace(/^[ \t]*\/\/.*$/gm, "");
}

/**
 * The package that a specifier names: "@bale/spec" for "@bale/spec/testing".
 * @param {string} specifier
 * @returns {string}
 */
export function packageOf(specifier) {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}
