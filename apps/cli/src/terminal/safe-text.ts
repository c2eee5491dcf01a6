import { escapeTerminal } from "@bale/http";

// Paths have up to 4,096 bytes and must be shown whole, since people paste them.
const LONGEST_PATH = 8_192;

/** Text from a registry, a bundle or a disk on one line, without anything that a terminal would obey. */
export function safe(text: string): string {
  return escapeTerminal(text, LONGEST_PATH);
}

/** The same for text of several lines, which stay lines; tabs stay tabs. Only for text whose length is bounded. */
export function safeLines(text: string): string {
  return text
    .split("\n")
    .map((line) =>
      line
        .split("\t")
        .map((part) => escapeTerminal(part, Number.POSITIVE_INFINITY))
        .join("\t"),
    )
    .join("\n");
}
