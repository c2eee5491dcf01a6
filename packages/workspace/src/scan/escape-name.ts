/** Bytes that are no UTF-8, and control characters, as `\xNN`: a terminal must not act on a file name. */
export function escapeName(name: Uint8Array): string {
  const text = Buffer.from(name.buffer, name.byteOffset, name.byteLength);
  let escaped = "";
  let at = 0;
  while (at < text.length) {
    const length = sequenceLength(text, at);
    const part = text.subarray(at, at + Math.max(length, 1));
    const decoded = part.toString("utf8");
    escaped +=
      length > 0 && !/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(decoded)
        ? decoded
        : [...part].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
    at += part.length;
  }
  return escaped;
}

/** Bytes of the valid UTF-8 sequence that begins here; 0 when none does. */
function sequenceLength(bytes: Buffer, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length++) {
    const part = bytes.subarray(at, at + length);
    const text = part.toString("utf8");
    if ([...text].length === 1 && Buffer.from(text, "utf8").equals(part)) return length;
  }
  return 0;
}

export function isUtf8(name: Uint8Array): boolean {
  const bytes = Buffer.from(name.buffer, name.byteOffset, name.byteLength);
  return Buffer.from(bytes.toString("utf8"), "utf8").equals(bytes);
}
