import type { BaleError, JsonValue } from "@bale/spec";

export interface JsonTextOptions {
  readonly maxDepth: number;
  readonly maxValues: number;
  readonly invalid: (why: string) => BaleError;
  readonly tooMuch: (why: string) => BaleError;
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
// No double needs more digits than this; more would only make the conversion slow.
const NUMBER_CHARACTERS = 400;
const NEEDS_CARE = /[\u0000-\u001f\\]/;
const CONTROL = /[\u0000-\u001f]/;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
// Assigning these keys to an ordinary object later on would change its behaviour (the lesson of CVE-2019-10744 and its kin).
const PROTOTYPE_KEYS: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/**
 * A JSON reader (RFC 8259) with bounds that `JSON.parse` lacks: that one accepts 200,000 nested arrays and keeps the last of two equal keys.
 * Recursion is bounded by `maxDepth`. Errors are those that the options make.
 */
export function readJsonText(text: string, options: JsonTextOptions): JsonValue {
  let at = 0;
  let values = 0;

  const unexpected = (): BaleError =>
    options.invalid(at < text.length ? `character ${at + 1} is not JSON's` : "it ends before its JSON does");

  function skipSpace(): void {
    for (;;) {
      const code = text.charCodeAt(at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      at++;
    }
  }

  /** `at` is behind the opening quote. */
  function readString(): string {
    const start = at;
    const quote = text.indexOf('"', start);
    if (quote < 0) throw options.invalid("a string has no end");
    const plain = text.slice(start, quote);
    if (!NEEDS_CARE.test(plain)) {
      at = quote + 1;
      return plain;
    }
    let end = start;
    while (end < text.length && text.charCodeAt(end) !== 0x22) end += text.charCodeAt(end) === 0x5c ? 2 : 1;
    if (end >= text.length) throw options.invalid("a string has no end");
    const token = text.slice(start, end);
    if (CONTROL.test(token)) throw options.invalid("a string has a raw control character");
    let value: string;
    try {
      value = JSON.parse(`"${token}"`) as string;
    } catch {
      throw options.invalid("a string has a bad escape");
    }
    if (LONE_SURROGATE.test(value)) throw options.invalid("a string has half of a surrogate pair");
    at = end + 1;
    return value;
  }

  function readNumber(): number {
    NUMBER.lastIndex = at;
    const token = NUMBER.exec(text)?.[0];
    if (token === undefined) throw unexpected();
    const value = token.length <= NUMBER_CHARACTERS ? Number(token) : Number.POSITIVE_INFINITY;
    if (!Number.isFinite(value)) throw options.invalid("a number is too large or too long");
    at += token.length;
    return value;
  }

  function readWord<Word extends boolean | null>(word: string, value: Word): Word {
    if (!text.startsWith(word, at)) throw unexpected();
    at += word.length;
    return value;
  }

  function readArray(depth: number): readonly JsonValue[] {
    const items: JsonValue[] = [];
    skipSpace();
    if (text.charCodeAt(at) === 0x5d) {
      at++;
      return items;
    }
    for (;;) {
      items.push(readValue(depth));
      const code = text.charCodeAt(at);
      if (code !== 0x2c && code !== 0x5d) throw unexpected();
      at++;
      if (code === 0x5d) return items;
    }
  }

  function readObject(depth: number): JsonValue {
    const members = Object.create(null) as Record<string, JsonValue>;
    skipSpace();
    if (text.charCodeAt(at) === 0x7d) {
      at++;
      return members;
    }
    for (;;) {
      skipSpace();
      if (text.charCodeAt(at) !== 0x22) throw unexpected();
      at++;
      const key = readString();
      if (PROTOTYPE_KEYS.has(key)) throw options.invalid(`the key "${key}" is not allowed`);
      if (key in members) throw options.invalid(`the key ${JSON.stringify(key.slice(0, 80))} is there twice`);
      skipSpace();
      if (text.charCodeAt(at) !== 0x3a) throw unexpected();
      at++;
      members[key] = readValue(depth);
      const code = text.charCodeAt(at);
      if (code !== 0x2c && code !== 0x7d) throw unexpected();
      at++;
      if (code === 0x7d) return members;
    }
  }

  /** Leaves `at` at the first character that is neither the value's nor white space. */
  function readValue(depth: number): JsonValue {
    if (++values > options.maxValues) throw options.tooMuch(`it has more than ${options.maxValues} values`);
    skipSpace();
    const code = text.charCodeAt(at);
    let value: JsonValue;
    if (code === 0x5b || code === 0x7b) {
      if (depth >= options.maxDepth)
        throw options.tooMuch(`it is nested deeper than ${options.maxDepth} levels`);
      at++;
      value = code === 0x5b ? readArray(depth + 1) : readObject(depth + 1);
    } else if (code === 0x22) {
      at++;
      value = readString();
    } else if (code === 0x74) value = readWord("true", true);
    else if (code === 0x66) value = readWord("false", false);
    else if (code === 0x6e) value = readWord("null", null);
    else value = readNumber();
    skipSpace();
    return value;
  }

  const value = readValue(0);
  if (at < text.length) throw unexpected();
  return value;
}
