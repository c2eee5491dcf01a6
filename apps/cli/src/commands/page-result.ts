import { resolve } from "node:path";
import type { CommandCall } from "../definition/command-call.js";
import type { OptionDefinition } from "../definition/command-definition.js";
import type { DocumentResult } from "../definition/command-result.js";
import { usageError } from "../errors/usage-error.js";
import { formatBytes } from "../terminal/format-amounts.js";
import { safe } from "../terminal/safe-text.js";
import { VERSION } from "../version.js";

export const HTML_OPTION: OptionDefinition = {
  flags: "--html <file>",
  kind: "text",
  help: "write a page for browsers to this file, in place of an older one",
};

/** Where the page goes, if one is asked for. @throws BaleError `USAGE` */
export function pageFile(call: CommandCall, command: string): string | undefined {
  const file = call.flags.text("html");
  if (file === "" || file === "-")
    throw usageError("--html wants the name of a file", `bale ${command} --help`);
  return file === undefined ? undefined : resolve(call.cwd, file);
}

/** What every page tells of how it was made. No clock: SOURCE_DATE_EPOCH (reproducible-builds.org) is the only date there is. */
export function pageMakings({ io }: CommandCall): {
  readonly version: string;
  readonly dated: number | undefined;
} {
  const epoch = io.env["SOURCE_DATE_EPOCH"] ?? "";
  return { version: VERSION, dated: /^[0-9]{1,11}$/.test(epoch) ? Number(epoch) : undefined };
}

/** Writes the page; with --dry-run, only says how large it would be. The document is the same as without --html. */
export async function pageResult(
  call: CommandCall,
  file: string,
  page: string,
  result: Pick<DocumentResult, "document" | "exit">,
): Promise<DocumentResult> {
  const bytes = Buffer.from(page);
  const { dryRun } = call.settings;
  if (!dryRun) (await import("../work.js")).writePage(file, bytes);
  return {
    kind: "document",
    ...result,
    text: (style) =>
      `${style.bold(dryRun ? "would write" : "wrote")} ${safe(file)} (${formatBytes(bytes.length)})\n`,
  };
}
