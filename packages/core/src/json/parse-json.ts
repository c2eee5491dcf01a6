import { BaleError, type JsonValue, LIMITS } from "@bale/spec";
import { readJsonText } from "./read-json-text.js";

export interface ParseJsonOptions {
  readonly maxBytes: number;
  /** Default: `LIMITS.jsonValues`. */
  readonly maxValues?: number | undefined;
  /** Names the document in errors, for example "the root". */
  readonly what: string;
  readonly code?: "INDEX_INVALID" | "MANIFEST_INVALID" | undefined;
}

// A byte order mark stays in the text and is then refused as what it is: not JSON.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads one JSON document from untrusted bytes: strict UTF-8, at most `LIMITS.jsonDepth` levels and `LIMITS.jsonValues` values, no key
 * twice, no key that could reach a prototype, finite numbers. Objects come back without a prototype.
 * @throws BaleError `LIMIT` past `maxBytes`, the depth or the count; else the code of the options (`INDEX_INVALID`)
 */
export function parseJson(bytes: Uint8Array, options: ParseJsonOptions): JsonValue {
  const refuse = (code: "LIMIT" | "INDEX_INVALID" | "MANIFEST_INVALID", why: string): BaleError =>
    new BaleError({ code, message: `${options.what} refused`, why });
  if (bytes.length > options.maxBytes)
    throw refuse("LIMIT", `it has ${bytes.length} bytes; at most ${options.maxBytes} are read`);
  const code = options.code ?? "INDEX_INVALID";
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    throw refuse(code, "it is not valid UTF-8");
  }
  return readJsonText(text, {
    maxDepth: LIMITS.jsonDepth,
    maxValues: options.maxValues ?? LIMITS.jsonValues,
    invalid: (why) => refuse(code, why),
    tooMuch: (why) => refuse("LIMIT", why),
  });
}
