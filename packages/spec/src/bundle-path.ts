import { BaleError } from "./bale-error.js";
import type { Brand } from "./brand.js";
import type { ErrorCode } from "./error-code.js";
import { LIMITS } from "./limits.js";

/** A path in a bundle: valid UTF-8 as found, relative, `/`-separated, safe on every supported system. */
export type BundlePath = Brand<string, "BundlePath">;

export interface PathProblem {
  readonly code: Extract<ErrorCode, "UNSAFE_PATH" | "NAME_UNPORTABLE" | "NAME_ENCODING" | "PATH_TOO_LONG">;
  readonly why: string;
}

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
// C0, DEL, C1, and the line and paragraph separators, which terminals and logs treat as line ends.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
// Not creatable on Windows; ":" also begins drive letters and NTFS streams (`.git::$INDEX_ALLOCATION`).
const WINDOWS_CHARACTERS = /[<>:"|?*]/;
// Device names of Windows, with or without an extension, superscript digits included; spaces before the extension count for nothing.
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?: *\..*)?$/i;
// 8.3 names by which Windows reaches the control folders (CVE-2014-9390 and its followers in git).
const SHORT_CONTROL = /^(?:git|bale)~[0-9]+$/;
const ASCII_PLAIN = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

const encoder = new TextEncoder();

/** Length in bytes of UTF-8. */
export function utf8Length(text: string): number {
  return encoder.encode(text).length;
}

/** Whether a part names a control folder in any spelling, after compatibility folding and removal of ignorable code points. */
function isControlName(part: string): boolean {
  const folded = part
    .normalize("NFKC")
    .replace(/\p{Default_Ignorable_Code_Point}/gu, "")
    .toUpperCase()
    .toLowerCase()
    .normalize("NFKC")
    .replace(/[. ]+$/, "");
  return folded === ".git" || folded === ".bale" || SHORT_CONTROL.test(folded);
}

function partProblem(part: string): PathProblem | undefined {
  if (part === "") return { code: "UNSAFE_PATH", why: "it has an empty part" };
  if (part === "." || part === "..") return { code: "UNSAFE_PATH", why: `it has the part "${part}"` };
  if (
    part.length > LIMITS.pathPartBytes ||
    (part.length * 3 > LIMITS.pathPartBytes && utf8Length(part) > LIMITS.pathPartBytes)
  )
    return { code: "PATH_TOO_LONG", why: `a part is longer than ${LIMITS.pathPartBytes} bytes` };
  if (isControlName(part)) return { code: "UNSAFE_PATH", why: `"${part}" is, or reads as, a control folder` };
  if (part.endsWith(".") || part.endsWith(" "))
    return { code: "NAME_UNPORTABLE", why: `"${part}" ends with a dot or a space, which Windows drops` };
  if (DEVICE.test(part)) return { code: "NAME_UNPORTABLE", why: `"${part}" is a device name on Windows` };
  return undefined;
}

/** Why a string is no safe path of a bundle, or `undefined` when it is one. Parents and twins are checked on whole sets elsewhere. */
export function bundlePathProblem(text: string): PathProblem | undefined {
  if (text.length > LIMITS.pathBytes)
    return { code: "PATH_TOO_LONG", why: `it is longer than ${LIMITS.pathBytes} bytes` };
  if (LONE_SURROGATE.test(text)) return { code: "NAME_ENCODING", why: "it is not valid UTF-8" };
  if (text.length * 3 > LIMITS.pathBytes && utf8Length(text) > LIMITS.pathBytes)
    return { code: "PATH_TOO_LONG", why: `it is longer than ${LIMITS.pathBytes} bytes` };
  if (text.startsWith("/") || text.startsWith("\\")) return { code: "UNSAFE_PATH", why: "it is absolute" };
  if (text.includes("\\")) return { code: "UNSAFE_PATH", why: "it has a backslash" };
  if (CONTROL.test(text)) return { code: "UNSAFE_PATH", why: "it has a control character" };
  if (/^[A-Za-z]:/.test(text)) return { code: "UNSAFE_PATH", why: "it begins with a drive letter" };
  if (WINDOWS_CHARACTERS.test(text))
    return { code: "NAME_UNPORTABLE", why: `it has one of the characters < > : " | ? *` };
  for (const part of text.split("/")) {
    // Most parts of real trees are plain; the fast test still leaves devices, trailing dots and 8.3 names to the slow one.
    if (ASCII_PLAIN.test(part) && part.length <= 255 && !part.endsWith(".") && !DEVICE.test(part)) continue;
    const problem = partProblem(part);
    if (problem) return problem;
  }
  return undefined;
}

/** @throws BaleError `UNSAFE_PATH`, `NAME_UNPORTABLE`, `NAME_ENCODING`, `PATH_TOO_LONG` */
export function parseBundlePath(text: string): BundlePath {
  const problem = bundlePathProblem(text);
  if (!problem) return text as BundlePath;
  throw new BaleError({
    code: problem.code,
    message: `path refused: ${JSON.stringify(text.slice(0, 200))}`,
    why: problem.why,
    context: { path: text.slice(0, 200) },
  });
}

/** Two paths with one key are one file on some supported system: NFC, upper, lower, NFC. */
export function pathKey(path: string): string {
  return path.normalize("NFC").toUpperCase().toLowerCase().normalize("NFC");
}

/** Order of the UTF-8 bytes, which for valid strings is the order of code points (UTF-16 order differs above U+FFFF). */
export function comparePaths(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const x = a.charCodeAt(index);
    const y = b.charCodeAt(index);
    if (x === y) continue;
    const xHigh = x >= 0xd800 && x <= 0xdfff;
    const yHigh = y >= 0xd800 && y <= 0xdfff;
    if (xHigh !== yHigh) return xHigh ? 1 : -1;
    return x - y;
  }
  return a.length - b.length;
}
