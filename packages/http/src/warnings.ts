import { oneLine } from "./registry-errors.js";

const WARNING = /(?:^|,)\s*299\s+\S+\s+"((?:[^"\\]|\\.)*)"/g;
// A server that makes up a new text for each answer must not fill memory or the screen.
const MAX_TEXTS = 32;

/** Hands on each new text of `Warning: 299` headers (distribution spec, "Warnings") once. */
export function createWarningSink(
  onWarning: ((text: string) => void) | undefined,
): (header: string | undefined) => void {
  const seen = new Set<string>();
  return (header) => {
    if (header === undefined || onWarning === undefined) return;
    for (const [, quoted = ""] of header.slice(0, 8192).matchAll(WARNING)) {
      const text = oneLine(quoted.replace(/\\(.)/g, "$1"));
      if (text === "" || seen.has(text) || seen.size >= MAX_TEXTS) continue;
      seen.add(text);
      onWarning(text);
    }
  };
}
