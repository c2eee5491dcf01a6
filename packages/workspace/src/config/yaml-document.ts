import { type ConfigIssue, LIMITS } from "@bale/spec";
import type { Document, LineCounter, Node } from "yaml";
import { loadYaml, type Yaml } from "./load-yaml.js";

/** A mistake in a configuration file, where it is. Lines and columns count from 1. */
export interface PlacedIssue {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}
export interface YamlDocument {
  /** Plain data: no alias, no tag, no key that could change a prototype. `undefined` for an empty file. */
  readonly value: unknown;
  readonly issues: readonly PlacedIssue[];
  /** Where the value, or the key, that an issue names is. */
  readonly place: (issue: ConfigIssue) => PlacedIssue;
}

const REFUSED_KEYS: ReadonlySet<unknown> = new Set(["__proto__", "constructor", "prototype"]);

function only(message: string): YamlDocument {
  const issue = { line: 1, column: 1, message };
  return { value: undefined, issues: [issue], place: ({ message: text }) => ({ ...issue, message: text }) };
}

function placeAt(lines: LineCounter, offset: number, message: string): PlacedIssue {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1), message };
}

function offsetOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

/** Aliases make bombs, tags make objects: a configuration needs neither. */
function findRefused(yaml: Yaml, document: Document, lines: LineCounter): PlacedIssue[] {
  const issues: PlacedIssue[] = [];
  yaml.visit(document, {
    Alias: (_, node) => {
      issues.push(placeAt(lines, offsetOf(node) ?? 0, "aliases are not allowed: write the value again"));
    },
    Pair: (_, { key }) => {
      if (!yaml.isScalar(key)) issues.push(placeAt(lines, offsetOf(key) ?? 0, "a key must be plain text"));
      else if (REFUSED_KEYS.has(key.value))
        issues.push(
          placeAt(lines, offsetOf(key) ?? 0, `the key ${JSON.stringify(key.value)} is not allowed`),
        );
    },
    Node: (_, node) => {
      if (node.tag !== undefined && !node.tag.startsWith("tag:yaml.org,2002:"))
        issues.push(placeAt(lines, offsetOf(node) ?? 0, `the tag ${node.tag} is not allowed`));
    },
  });
  return issues;
}

function finder(yaml: Yaml, document: Document, lines: LineCounter): YamlDocument["place"] {
  return ({ path, message }) => {
    let node: unknown = document.contents;
    let offset = offsetOf(node) ?? 0;
    for (const step of path) {
      if (yaml.isMap(node)) {
        const pair = node.items.find(({ key }) => yaml.isScalar(key) && key.value === step);
        if (!pair) break;
        offset = offsetOf(pair.key) ?? offset;
        node = pair.value;
      } else if (yaml.isSeq(node)) {
        node = node.items[Number(step)];
        offset = offsetOf(node) ?? offset;
      } else break;
    }
    return placeAt(lines, offset, path.length === 0 ? message : `${path.join(".")}: ${message}`);
  };
}

function read(yaml: Yaml, text: string): YamlDocument {
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, {
    version: "1.2",
    schema: "core",
    merge: false,
    strict: true,
    uniqueKeys: true,
    prettyErrors: false,
    // "silent" would also hide that there are several documents.
    logLevel: "error",
    lineCounter: lines,
  });
  const issues = [...document.errors, ...document.warnings].map(({ pos, message }) =>
    placeAt(lines, pos[0], message.split("\n")[0] ?? message),
  );
  const refused = issues.length > 0 ? [] : findRefused(yaml, document, lines);
  const all = [...issues, ...refused];
  const value = all.length > 0 ? undefined : (document.toJS({ maxAliasCount: 0 }) as unknown);
  return { value: value ?? undefined, issues: all, place: finder(yaml, document, lines) };
}

/** Reads one YAML 1.2 document of the core schema, at most `LIMITS.configBytes`, with every mistake of form at once. */
export async function readYaml(bytes: Uint8Array): Promise<YamlDocument> {
  if (bytes.length > LIMITS.configBytes) return only(`the file is larger than ${LIMITS.configBytes} bytes`);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return only("the file is not UTF-8");
  }
  const yaml = await loadYaml();
  try {
    return read(yaml, text);
  } catch (error) {
    // A document of a hundred thousand brackets runs out of stack in any recursive parser.
    return only(error instanceof RangeError ? "the file is nested too deeply" : String(error));
  }
}
