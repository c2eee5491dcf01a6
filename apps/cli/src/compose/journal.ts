import { type RetryEvent, redactText } from "@bale/http";
import { safe, safeLines } from "../terminal/safe-text.js";
import type { TextStyle } from "../terminal/text-style.js";

/** What packages have to say beside their results, as lines on stderr. */
export interface Journal {
  readonly notice: (text: string) => void;
  readonly warning: (text: string) => void;
  readonly retry: (event: RetryEvent) => void;
  readonly log: (
    level: "debug" | "warn",
    message: string,
    fields?: Readonly<Record<string, unknown>>,
  ) => void;
}

export interface JournalOptions {
  readonly style: TextStyle;
  readonly quiet: boolean;
  readonly verbosity: number;
  /** Prints a line above whatever progress is on the screen. */
  readonly print: (line: string) => void;
}

function fieldsOf(fields: Readonly<Record<string, unknown>> | undefined): string {
  return Object.entries(fields ?? {})
    .map(([key, value]) => ` ${key}=${String(value)}`)
    .join("");
}

/** Warnings always, unless `-q`; retries with `-v`; everything with `-vv`. */
export function createJournal({ style, quiet, verbosity, print }: JournalOptions): Journal {
  const line = (label: string, text: string): void => {
    if (!quiet) print(`${label} ${safeLines(redactText(text))}\n`);
  };
  const warn = (text: string): void => line(style.yellow("warning:"), text);
  return {
    notice: (text) => line(style.cyan("note:"), text),
    warning: warn,
    retry: ({ method, host, path, attempt, delayMs, reason }) => {
      if (verbosity > 0)
        line(
          style.dim("retry:"),
          `${method} ${host}${path} (try ${attempt} failed, next in ${Math.round(delayMs)} ms): ${reason}`,
        );
    },
    log: (level, message, fields) => {
      if (level === "warn") warn(`${message}${fieldsOf(fields)}`);
      else if (verbosity > 1) line(style.dim("debug:"), safe(`${message}${fieldsOf(fields)}`));
    },
  };
}
