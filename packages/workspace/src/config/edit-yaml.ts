import type { JsonValue } from "@bale/spec";

/**
 * The text with one value set, or removed when it is `undefined`; comments, order and style of everything else stay.
 * Maps on the way are made, and maps that a removal left empty go with it.
 * @throws whatever the parser finds wrong; callers check the text first
 */
export async function editYaml(
  text: string,
  path: readonly string[],
  value: JsonValue | undefined,
): Promise<string> {
  const { parseDocument, isMap } = await import("yaml");
  const document = parseDocument(text, { version: "1.2", schema: "core" });
  // A file of nothing but comments has no map to set a key in.
  if (document.contents === null)
    document.contents = document.createNode({}) as unknown as typeof document.contents;
  if (value !== undefined) {
    document.setIn(path, value);
    if (isMap(document.contents)) document.contents.flow = false;
  } else {
    document.deleteIn(path);
    for (let end = path.length - 1; end > 0; end--) {
      const parent = document.getIn(path.slice(0, end));
      if (!isMap(parent) || parent.items.length > 0) break;
      document.deleteIn(path.slice(0, end));
    }
  }
  if (isMap(document.contents) && document.contents.items.length === 0)
    return text === "" ? "" : commentsOf(text);
  return document.toString({ lineWidth: 0 });
}

/** A document without values prints as `{}`; its comments are what is left. */
function commentsOf(text: string): string {
  return text
    .split("\n")
    .filter((line) => line.trimStart().startsWith("#") || line.trim() === "")
    .join("\n");
}

/** A value as typed on a command line: YAML, so that `true`, `8`, `[a, b]` and plain text all mean what they say. */
export async function parseConfigValue(text: string): Promise<JsonValue> {
  const { parse } = await import("yaml");
  try {
    const value = parse(text, { version: "1.2", schema: "core", maxAliasCount: 0 }) as JsonValue | undefined;
    return value ?? text;
  } catch {
    return text;
  }
}
