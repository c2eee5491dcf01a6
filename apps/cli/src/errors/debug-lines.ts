import { redactText } from "@bale/http";
import { safeLines } from "../terminal/safe-text.js";

// A chain of causes may be a circle.
const DEEPEST = 10;

/** Stack and causes of an error, without secrets. */
export function debugLines(error: unknown): string {
  const lines: string[] = [];
  let current: unknown = error;
  for (let depth = 0; depth < DEEPEST && current !== undefined && current !== null; depth++) {
    const text = current instanceof Error ? (current.stack ?? current.message) : String(current);
    lines.push(depth === 0 ? text : `caused by: ${text}`);
    current = current instanceof Error ? current.cause : undefined;
  }
  return `${safeLines(redactText(lines.join("\n")))}\n`;
}
