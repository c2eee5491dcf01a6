import { BaleError, comparePaths, type JsonObject, type JsonValue } from "@bale/spec";

const encoder = new TextEncoder();

/** The text of `canonicalJson`. */
export function canonicalJsonText(value: JsonValue): string {
  if (typeof value === "number" && !Number.isFinite(value))
    throw new BaleError({ code: "INTERNAL", message: "a number that JSON cannot hold was to be written" });
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (isArray(value)) return `[${value.map(canonicalJsonText).join(",")}]`;
  const members = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort(comparePaths)
    .map((key) => `${JSON.stringify(key)}:${canonicalJsonText(value[key] as JsonValue)}`);
  return `{${members.join(",")}}`;
}

/** One byte sequence for one value: keys in the order of their UTF-8 bytes, no white space, numbers and escapes as ECMAScript writes them. */
export function canonicalJson(value: JsonValue): Uint8Array {
  return encoder.encode(canonicalJsonText(value));
}

function isArray(value: readonly JsonValue[] | JsonObject): value is readonly JsonValue[] {
  return Array.isArray(value);
}
