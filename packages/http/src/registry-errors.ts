import { escapeTerminal } from "./escape-terminal.js";
import { redactText } from "./redact.js";
import { type TlsProblem, tlsProblemIn } from "./tls-problem.js";

/** What the body of a refusal says. */
export interface ServerWords {
  /** OCI or S3 error codes, upper-case words only. */
  readonly codes: readonly string[];
  /** One line, escaped and redacted. */
  readonly text: string | undefined;
  /** What is wrong with the connection rather than with the request: servers say so in a page for people. */
  readonly tls?: TlsProblem | undefined;
}

const MAX_ERRORS = 5;

/** Text from a server, as one printable line without credentials. */
export function oneLine(text: string, maxLength = 300): string {
  return escapeTerminal(redactText(text.slice(0, 4096)).replace(/\s+/g, " ").trim(), maxLength);
}

function isCode(value: unknown): value is string {
  return typeof value === "string" && /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/.test(value);
}

function fromJson(body: string): ServerWords | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const list: unknown = "errors" in value ? value.errors : [value];
  if (!Array.isArray(list)) return undefined;
  const codes: string[] = [];
  const lines: string[] = [];
  for (const entry of list.slice(0, MAX_ERRORS) as unknown[]) {
    if (typeof entry !== "object" || entry === null) continue;
    const code = "code" in entry && isCode(entry.code) ? entry.code : undefined;
    const words = ["message", "error_description", "error", "details"]
      .map((name) => (entry as Record<string, unknown>)[name])
      .find((word): word is string => typeof word === "string" && word !== "");
    if (code !== undefined) codes.push(code);
    const line = [code, words === undefined ? undefined : oneLine(words)].filter(
      (part) => part !== undefined,
    );
    if (line.length > 0) lines.push(line.join(": "));
  }
  return { codes, text: lines.length > 0 ? lines.join("; ") : undefined };
}

function fromXml(body: string): ServerWords | undefined {
  const code = /<Code>([^<]{1,64})<\/Code>/.exec(body)?.[1];
  if (!isCode(code)) return undefined;
  const words = /<Message>([^<]{1,1000})<\/Message>/.exec(body)?.[1];
  return { codes: [code], text: words === undefined ? code : `${code}: ${oneLine(words)}` };
}

/** Reads the error document of the distribution spec ("Error Codes"), a token service, S3, or plain text; HTML says nothing. */
export function readServerWords(body: string, contentType: string | undefined): ServerWords {
  const known = fromJson(body) ?? fromXml(body);
  if (known) return known;
  const isText = contentType === undefined || /^text\/plain\b/i.test(contentType);
  const text = isText && !/^\s*</.test(body) ? oneLine(body) : "";
  return { codes: [], text: text === "" ? undefined : text, tls: tlsProblemIn(body) };
}
