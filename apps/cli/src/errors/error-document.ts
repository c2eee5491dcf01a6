import { redactText } from "@bale/http";
import type { BaleError, ErrorContextValue } from "@bale/spec";
import { asBaleError } from "./error-lines.js";

/** The one JSON document of a command that failed. */
export interface ErrorDocument {
  readonly schemaVersion: 1;
  readonly error: {
    readonly code: BaleError["code"];
    readonly message: string;
    readonly why?: string;
    readonly fix?: string;
    readonly context: Readonly<Record<string, ErrorContextValue>>;
  };
}

function redacted(value: ErrorContextValue): ErrorContextValue {
  if (typeof value === "string") return redactText(value);
  return Array.isArray(value) ? value.map(redactText) : value;
}

export function errorDocument(error: unknown): ErrorDocument {
  const { code, message, why, fix, context } = asBaleError(error);
  return {
    schemaVersion: 1,
    error: {
      code,
      message: redactText(message),
      ...(why === undefined ? {} : { why: redactText(why) }),
      ...(fix === undefined ? {} : { fix: redactText(fix) }),
      context: Object.fromEntries(Object.entries(context).map(([key, value]) => [key, redacted(value)])),
    },
  };
}
