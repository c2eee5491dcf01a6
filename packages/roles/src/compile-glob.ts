import { BaleError } from "@bale/spec";
import picomatch from "picomatch/posix.js";
import { globProblem } from "./glob-problem.js";

/** Whether a whole path matches. */
export type PathMatcher = (path: string) => boolean;

/**
 * Compiles one glob: `/` separates, case counts, a leading dot is like any other character, and the whole path must match (`src` matches
 * only a file of that name; `src/**` matches what is below).
 * @throws BaleError `USAGE` when the text is no glob
 */
export function compileGlob(glob: string): PathMatcher {
  const problem = globProblem(glob);
  if (problem !== undefined)
    throw new BaleError({
      code: "USAGE",
      message: `not a glob: ${JSON.stringify(glob.slice(0, 200))}`,
      why: problem,
      context: { glob: glob.slice(0, 200) },
    });
  // A plain expression: picomatch's own matcher normalises each path first, which ours already are.
  const expression = picomatch.makeRe(glob, { dot: true, strictBrackets: true });
  const base = constantBase(glob);
  if (base === undefined) return (path) => expression.test(path);
  // The constant beginning of a glob decides most paths without the expression.
  const below = `${base}/`;
  return (path) => (path.startsWith(below) || path === base) && expression.test(path);
}

/** The leading folders that a matching path must have, if they can be read off the glob. */
function constantBase(glob: string): string | undefined {
  const { base, negated } = picomatch.scan(glob);
  // An escape in the base stands for a character that is not written there.
  return negated || base === "" || base === "." || base.includes("\\") ? undefined : base;
}
