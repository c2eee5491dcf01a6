import { type BundlePath, bundlePathProblem, LIMITS, utf8Length } from "@bale/spec";

// As for paths: C0, DEL, C1 and the separators that terminals and logs take for line ends.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** The parts of a target that move: empty ones and `.` stay where they are. */
export function linkTargetParts(target: string): readonly string[] {
  return target.split("/").filter((part) => part !== "" && part !== ".");
}

/**
 * Why a target is none that a link of a bundle may have, or `undefined` when it is one: relative, inside at every step, made of names that
 * a bundle could hold, 1 to 4,096 bytes, no control character. Lexical only; other links are the business of the tree check.
 */
export function linkTargetProblem(path: BundlePath, target: string): string | undefined {
  if (target === "") return "its target is empty";
  if (target.length > LIMITS.linkTargetBytes || utf8Length(target) > LIMITS.linkTargetBytes)
    return `its target is longer than ${LIMITS.linkTargetBytes} bytes`;
  if (LONE_SURROGATE.test(target)) return "its target is not valid UTF-8";
  if (CONTROL.test(target)) return "its target has a control character";
  if (target.includes("\\")) return "its target has a backslash";
  if (target.startsWith("/") || /^[A-Za-z]:/.test(target)) return "its target is absolute";
  let depth = path.split("/").length - 1;
  for (const part of linkTargetParts(target)) {
    depth += part === ".." ? -1 : 1;
    if (depth < 0) return "its target leaves the tree";
    // `.git/hooks` or `aux/x` could be no path of a bundle, so nothing of a bundle may lead there either.
    const problem = part === ".." ? undefined : bundlePathProblem(part);
    if (problem) return `its target is no safe place: ${problem.why}`;
  }
  return undefined;
}
