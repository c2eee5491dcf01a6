import type { HttpResponse } from "@bale/spec";

const RESOURCE_BYTES = 64 * 1024;

/** The size that an object's description states, in decimal digits; `undefined` where it states none. Reads the body. */
export async function objectSize(response: HttpResponse): Promise<number | undefined> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(await response.bytes(RESOURCE_BYTES)));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const size = typeof value === "object" && value !== null && "size" in value ? value.size : undefined;
  const number = typeof size === "string" && /^\d{1,16}$/.test(size) ? Number(size) : Number.NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}
