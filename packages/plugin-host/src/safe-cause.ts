import { BaleError, type ErrorContextValue, isErrorCode, type Retry } from "@bale/spec";
import type { KnownSecrets } from "./known-secrets.js";

const LONGEST = 2000;

/** Reads one member of something that may throw at every look. */
export function memberOf(value: unknown, name: string): unknown {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
  try {
    return (value as Readonly<Record<string, unknown>>)[name];
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value.slice(0, LONGEST) : undefined;
}

/** What a thrown value says of itself, without secrets; never throws. */
export function causeText(cause: unknown, secrets: KnownSecrets): string {
  if (typeof cause === "string") return secrets.redact(cause.slice(0, LONGEST));
  const text = textOf(memberOf(cause, "message"));
  if (text !== undefined) return secrets.redact(text);
  try {
    return secrets.redact(String(cause).slice(0, LONGEST));
  } catch {
    return "it threw something that cannot be printed";
  }
}

function namesOf(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  try {
    return Object.keys(value);
  } catch {
    return [];
  }
}

function contextOf(value: unknown, secrets: KnownSecrets): Record<string, ErrorContextValue> {
  const context: Record<string, ErrorContextValue> = {};
  for (const name of namesOf(value)) {
    const each = memberOf(value, name);
    if (typeof each === "string") context[name] = secrets.redact(each);
    else if (typeof each === "number" || typeof each === "boolean") context[name] = each;
    else if (Array.isArray(each)) context[name] = each.map((item) => secrets.redact(String(item)));
  }
  return context;
}

/** What a driver or an error says of repeating a call, if that is of the right form. */
export function retryOf(value: unknown): Retry | undefined {
  const kind = memberOf(value, "kind");
  if (kind === "never" || kind === "safe") return { kind };
  const milliseconds = memberOf(value, "milliseconds");
  return kind === "after" && typeof milliseconds === "number" && milliseconds >= 0
    ? { kind, milliseconds }
    : undefined;
}

/** An error for logs with `--debug`: name, text and stack of another, without secrets. */
export function quotedCause(cause: unknown, secrets: KnownSecrets): Error {
  const quoted = new Error(causeText(cause, secrets));
  const stack = textOf(memberOf(cause, "stack"));
  const name = textOf(memberOf(cause, "name"));
  if (name !== undefined) quoted.name = secrets.redact(name);
  quoted.stack = stack === undefined ? `${quoted.name}: ${quoted.message}` : secrets.redact(stack);
  const code = memberOf(cause, "code");
  return typeof code === "string" ? Object.assign(quoted, { code: secrets.redact(code) }) : quoted;
}

/**
 * The error of bale's own that a plugin threw, read anew: a plugin may have another copy of the class, or make something up that only looks like
 * one. `undefined` for everything else.
 */
export function ownError(cause: unknown, secrets: KnownSecrets): BaleError | undefined {
  const code = memberOf(cause, "code");
  if (memberOf(cause, "baleErrorVersion") !== 1 || typeof code !== "string" || !isErrorCode(code))
    return undefined;
  const message = textOf(memberOf(cause, "message"));
  if (message === undefined) return undefined;
  const quote = (name: string): string | undefined => {
    const text = textOf(memberOf(cause, name));
    return text === undefined ? undefined : secrets.redact(text);
  };
  const below = memberOf(cause, "cause");
  const stack = quote("stack");
  const error = new BaleError({
    code,
    message: secrets.redact(message),
    why: quote("why"),
    fix: quote("fix"),
    context: contextOf(memberOf(cause, "context"), secrets),
    retry: retryOf(memberOf(cause, "retry")),
    ...(below === undefined ? {} : { cause: quotedCause(below, secrets) }),
  });
  if (stack !== undefined) error.stack = stack;
  return error;
}
