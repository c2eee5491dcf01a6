import { BaleError, type ErrorCode, type JsonObject, type JsonValue, LIMITS } from "@bale/spec";

/** Deepest nesting of brackets outside strings; stops counting above `limit`. `JSON.parse` itself takes 200,000 levels. */
function nestingDepth(text: string, limit: number): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < text.length && deepest <= limit; index++) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === 0x5c) index++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x7b || code === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (code === 0x7d || code === 0x5d) depth--;
  }
  return deepest;
}

/** Whether a value is a JSON object. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Reads a JSON object that somebody else wrote; the caller has bounded its bytes.
 * @throws BaleError `LIMIT` when nested too deep, `code` when it is no JSON object in UTF-8
 */
export function parseDocument(bytes: Uint8Array, what: string, code: ErrorCode): JsonObject {
  let why = "it is no JSON object";
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    if (nestingDepth(text, LIMITS.jsonDepth) > LIMITS.jsonDepth)
      throw new BaleError({
        code: "LIMIT",
        message: `${what} is nested too deep`,
        why: `more than ${LIMITS.jsonDepth} levels`,
      });
    const value = JSON.parse(text) as JsonValue;
    if (isJsonObject(value)) return value;
  } catch (error) {
    if (BaleError.is(error)) throw error;
    why = "it is no JSON in UTF-8";
  }
  throw new BaleError({ code, message: `${what} is malformed`, why });
}
