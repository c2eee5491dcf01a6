/** One member of a JSON object, with its value as it is written. */
export interface JsonMember {
  readonly key: string;
  readonly raw: string;
}

/** Where the string that begins at `start` ends, behind its quote. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

/** Where the value that begins at `start` ends. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; ) {
    const character = text[at];
    if (character === '"') {
      at = endOfString(text, at);
      continue;
    }
    if (depth === 0 && (character === "," || character === "}" || character === "]")) return at;
    if (character === "{" || character === "[") depth++;
    if (character === "}" || character === "]") depth--;
    at++;
  }
  return text.length;
}

/**
 * The members of an object, in their order, and each value to the letter: what bale does not know of a file comes out as it went in, numbers
 * that no double holds included. The text must be that of an object which `JSON.parse` has accepted.
 */
export function splitMembers(text: string): readonly JsonMember[] {
  const members: JsonMember[] = [];
  let at = text.indexOf("{") + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return members;
    const colon = text.indexOf(":", endOfString(text, quote));
    const end = endOfValue(text, colon + 1);
    members.push({
      key: JSON.parse(text.slice(quote, endOfString(text, quote))) as string,
      raw: text.slice(colon + 1, end).trim(),
    });
    if (text[end] !== ",") return members;
    at = end + 1;
  }
}

/** An object's text, indented by tabs as docker does it. `depth` is that of the line on which the object begins. */
export function joinMembers(members: readonly JsonMember[], depth: number): string {
  if (members.length === 0) return "{}";
  const indent = "\t".repeat(depth);
  const lines = members.map(({ key, raw }) => `${indent}\t${JSON.stringify(key)}: ${raw}`);
  return `{\n${lines.join(",\n")}\n${indent}}`;
}
