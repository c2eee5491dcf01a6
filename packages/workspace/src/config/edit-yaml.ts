import { BaleError, type JsonValue } from "@bale/spec";
import type { Document, YAMLMap } from "yaml";
import { loadYaml, type Yaml } from "./load-yaml.js";

/** The comment at the top of a file may hang on its first key, but does not go with it. */
function keepHead({ isScalar }: Yaml, document: Document, map: YAMLMap): void {
  const key = map.items[0]?.key;
  const comment = isScalar(key) ? key.commentBefore : map.commentBefore;
  if (!comment) return;
  document.commentBefore = [document.commentBefore, comment].filter(Boolean).join("\n\n");
  if (isScalar(key)) key.commentBefore = null;
}

function remove(yaml: Yaml, document: Document, path: readonly string[]): void {
  if (yaml.isMap(document.contents)) keepHead(yaml, document, document.contents);
  for (let end = path.length; end > 0; end--) {
    document.deleteIn(path.slice(0, end));
    const parent = document.getIn(path.slice(0, end - 1));
    if (!yaml.isMap(parent) || parent.items.length > 0) return;
  }
}

function setIn(document: Document, path: readonly string[], value: JsonValue): void {
  try {
    document.setIn(path, value);
  } catch (cause) {
    throw new BaleError({
      code: "USAGE",
      message: `no such key: ${path.join(".")}`,
      why: "a part of it is a plain value, not a map of keys",
      cause,
    });
  }
}

/** A document without values prints as `{}`; its comments are what is left. */
function commentsOf(text: string): string {
  return text.replace(/^\{\}\n?/m, "").trimStart();
}

/**
 * The text with one value set, or removed when it is `undefined`; comments, order and style of everything else stay.
 * Maps on the way are made, and maps that a removal left empty go with it.
 * Callers check the text before and after. @throws BaleError `USAGE` for a key below a plain value
 */
export async function editYaml(
  text: string,
  path: readonly string[],
  value: JsonValue | undefined,
): Promise<string> {
  const yaml = await loadYaml();
  const document: Document = yaml.parseDocument(text, { version: "1.2", schema: "core" });
  if (value === undefined) remove(yaml, document, path);
  else {
    // A file of nothing but comments has no map to set a key in.
    if (document.contents === null) document.contents = document.createNode({});
    setIn(document, path, value);
    if (yaml.isMap(document.contents)) document.contents.flow = false;
  }
  const isEmpty = yaml.isMap(document.contents) && document.contents.items.length === 0;
  const edited = document.toString({ lineWidth: 0 });
  return isEmpty ? commentsOf(edited) : edited;
}

/** A value as typed on a command line: YAML, so that `true`, `8`, `[a, b]` and plain text all mean what they say. */
export async function parseConfigValue(text: string): Promise<JsonValue> {
  const { parse } = await loadYaml();
  try {
    const value = parse(text, { version: "1.2", schema: "core", maxAliasCount: 0 }) as JsonValue | undefined;
    return value ?? text;
  } catch {
    return text;
  }
}
