import type { OutputStream } from "./command-io.js";

/**
 * Whether a stream gets colour: what was asked for, then FORCE_COLOR, NO_COLOR (no-color.org: present and not empty), TERM, and whether
 * it is a terminal.
 */
export function wantsColor(
  stream: Pick<OutputStream, "isTty">,
  asked: "auto" | "always" | "never" | undefined,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (asked === "always") return true;
  if (asked === "never") return false;
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined && forced !== "") return forced !== "0" && forced !== "false";
  if ((env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb") return false;
  return stream.isTty;
}
