import picomatch from "picomatch/posix.js";
import { measureGlob } from "./measure-glob.js";

const GLOB_CHARACTERS = 1_024;
/** Matching n wildcards in one name of 255 bytes can take 255^n / n! steps: four take about a second at the very worst, five take minutes. */
const WILDCARDS_IN_A_PART = 4;
const WILDCARDS = 16;
const GLOBSTARS = 4;

/** What picomatch makes of a glob that it cannot read: an expression that matches nothing. */
const NEVER = "$^";

/**
 * Why a text is no glob that bale takes, or `undefined` when it is one. The globs of layers travel with a bundle, so they are untrusted:
 * what could keep the matcher busy for ever is refused, and so is what can match no path of a bundle, which is always a mistake.
 */
export function globProblem(glob: string): string | undefined {
  if (glob === "") return "it is empty";
  if (glob.length > GLOB_CHARACTERS) return `it is longer than ${GLOB_CHARACTERS} characters`;
  if (/[\u0000-\u001f\u007f]/.test(glob)) return "it has a control character";
  if (glob.startsWith("/")) return "paths are relative to the root of the bundle: leave out the first /";
  if (glob.endsWith("/")) return "a glob matches files, not folders: put ** after the last /";
  if (glob.split("/").includes("..")) return "it has the part .., and no path of a bundle leaves it";
  if (/[*+]\(|[)}]\+|\(\?/.test(glob))
    return "repeated groups and regular expressions can keep the matcher busy for ever: use *, ?, [..] and {..}";
  const { globstars, wildcards, wildcardsInAPart } = measureGlob(glob);
  if (globstars > GLOBSTARS) return `it has ** more than ${GLOBSTARS} times`;
  if (wildcardsInAPart > WILDCARDS_IN_A_PART)
    return `it has more than ${WILDCARDS_IN_A_PART} wildcards or groups between two /`;
  if (wildcards > WILDCARDS) return `it has more than ${WILDCARDS} wildcards or groups`;
  return compileProblem(glob);
}

function compileProblem(glob: string): string | undefined {
  let source: string;
  try {
    source = picomatch.makeRe(glob, { dot: true, strictBrackets: true }).source;
  } catch {
    return "its brackets, braces or parentheses do not pair up";
  }
  return source === NEVER ? "it is no glob" : undefined;
}
