import { StringDecoder } from "node:string_decoder";

/** How a line that was typed without echo ended. */
export type HiddenLine =
  | { readonly kind: "line"; readonly text: string }
  /** Ctrl-C. */
  | { readonly kind: "interrupted" }
  /** Ctrl-D with nothing typed, or a terminal that went away. */
  | { readonly kind: "ended" };

const ENTER = /[\r\n]/;
const CTRL_C = "\u0003";
const CTRL_D = "\u0004";
const CTRL_U = "\u0015";
const BACKSPACE = ["\u007f", "\b"];
// What arrow and function keys send, and what stands around a paste (ECMA-48, section 5.4): none of it is part of a password.
const SEQUENCE = /\u001b(?:\[[0-9;?]*[\u0020-\u002f]*[@-~]|O[@-~]|[^[O\r\n\u0003\u0004])/g;
const BEGUN = /\u001b(?:\[[0-9;?]*|O)$/;
const LONGEST = 64 * 1024;

/**
 * Reads keys of a terminal in raw mode up to Enter: backspace takes back one character, Ctrl-U all of them; other control characters are passed
 * over. What comes after Enter is not looked at.
 */
export async function readHiddenLine(keys: AsyncIterable<Uint8Array>): Promise<HiddenLine> {
  const decoder = new StringDecoder("utf8");
  const line: string[] = [];
  let begun = "";
  for await (const bytes of keys) {
    const read = (begun + decoder.write(Buffer.from(bytes))).replace(SEQUENCE, "");
    begun = BEGUN.exec(read)?.[0] ?? "";
    for (const key of read.slice(0, read.length - begun.length)) {
      if (ENTER.test(key)) return { kind: "line", text: line.join("") };
      if (key === CTRL_C) return { kind: "interrupted" };
      if (key === CTRL_D && line.length === 0) return { kind: "ended" };
      if (key === CTRL_D) return { kind: "line", text: line.join("") };
      if (key === CTRL_U) line.length = 0;
      else if (BACKSPACE.includes(key)) line.pop();
      else if (key >= " " && line.length < LONGEST) line.push(key);
    }
  }
  return { kind: "ended" };
}
