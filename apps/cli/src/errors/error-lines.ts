import { redactText } from "@bale/http";
import { BaleError } from "@bale/spec";
import { safe, safeLines } from "../terminal/safe-text.js";
import type { TextStyle } from "../terminal/text-style.js";
import { debugLines } from "./debug-lines.js";
import { helpToSee } from "./usage-error.js";

/** `  why:  first line`, and further lines below the first. */
function labelled(label: string, text: string): string {
  const [first = "", ...rest] = safeLines(redactText(text)).split("\n");
  return [`  ${label}:  ${first}`, ...rest.map((line) => `        ${line}`)]
    .map((line) => `${line}\n`)
    .join("");
}

function unexpected(error: unknown): BaleError {
  return new BaleError({
    code: "INTERNAL",
    message: error instanceof Error ? error.message : String(error),
    why: "this is a defect in bale: nothing expected it",
    fix: "run the command again with --debug, and report what it prints",
    cause: error,
  });
}

/** Any failure as one of bale's own. */
export function asBaleError(error: unknown): BaleError {
  return BaleError.is(error) ? error : unexpected(error);
}

/** An error as people read it on stderr: what happened, why, and what to do. */
export function errorLines(error: unknown, style: TextStyle, options: { readonly debug: boolean }): string {
  const shown = asBaleError(error);
  const see = helpToSee(shown);
  const head = `${style.red("error:")} ${safe(redactText(shown.message))} ${style.dim(`[${shown.code}]`)}\n`;
  const why = shown.why === undefined ? "" : labelled("why", shown.why);
  const fix = shown.fix === undefined ? "" : labelled("fix", shown.fix);
  const debug = options.debug ? debugLines(error) : "";
  return `${head}${why}${fix}${see === undefined ? "" : `See ${see}\n`}${debug}`;
}
