import type { OptionDefinition } from "../definition/command-definition.js";
import type { TextStyle } from "../terminal/text-style.js";
import { wrapText } from "../terminal/wrap-text.js";

// Wider left columns leave too little room for what they explain.
const WIDEST = 34;

/** A title and what is below it. */
export function block(style: TextStyle, title: string, body: string): string {
  return body === "" ? "" : `\n${style.bold(title)}\n${body}`;
}

/** Names on the left, what they mean on the right, broken between words. */
export function glossary(
  style: TextStyle,
  rows: readonly (readonly [name: string, meaning: string])[],
): string {
  const left = Math.min(WIDEST, Math.max(0, ...rows.map(([name]) => name.length)));
  const indent = " ".repeat(left + 4);
  const room = Math.max(20, style.width - indent.length);
  return rows
    .map(([name, meaning]) => {
      const [first = "", ...more] = wrapText(meaning, room);
      const head = name.length > left ? `  ${name}\n${indent}${first}` : `  ${name.padEnd(left)}  ${first}`;
      return [head, ...more.map((line) => `${indent}${line}`)].map((line) => `${line.trimEnd()}\n`).join("");
    })
    .join("");
}

export function paragraphs(style: TextStyle, texts: readonly string[]): string {
  return texts.map((text) => `\n${wrapText(text, style.width).join("\n")}\n`).join("");
}

export function optionRows(options: readonly OptionDefinition[]): readonly (readonly [string, string])[] {
  return options.map(({ flags, help, choices }) => {
    const shown = flags.startsWith("--") ? `    ${flags}` : flags;
    return [shown, choices ? `${help}: ${choices.join(", ")}` : help] as const;
  });
}
