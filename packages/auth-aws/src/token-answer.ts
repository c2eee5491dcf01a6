import { type Secret, secret } from "@bale/spec";

export interface EcrToken {
  readonly username: string;
  readonly password: Secret;
  readonly expiresAt: Date;
}

// Printable ASCII: what can stand in a Basic header.
const PASSWORD = /^[\x21-\x7e]+$/;
const USERNAME = /^[A-Za-z0-9_-]{1,64}$/;
const LAST_TIME = 8.64e15;

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** The bare name of an error: without the namespace before `#` and the address behind `:` (AWS JSON 1.1 protocol). */
export function parseErrorType(header: string | undefined, body: unknown): string {
  const { __type: member } = record(body);
  const full = header ?? (typeof member === "string" ? member : "");
  const name = full.split(":")[0]?.split("#").at(-1) ?? "";
  return /^[A-Za-z0-9]{1,64}$/.test(name) ? name : "";
}

/**
 * The token in an answer of GetAuthorizationToken: base64 of user and password, and seconds since 1970. ECR gives a list with one
 * entry, ECR Public the entry alone. A string says what is wrong.
 */
export function parseTokenAnswer(body: unknown): EcrToken | string {
  const data = record(body)["authorizationData"];
  const { authorizationToken, expiresAt } = record(Array.isArray(data) ? (data[0] as unknown) : data);
  if (typeof authorizationToken !== "string") return "its answer has no token";
  const text = Buffer.from(authorizationToken, "base64").toString("utf8");
  const colon = text.indexOf(":");
  const username = text.slice(0, Math.max(colon, 0));
  const password = text.slice(colon + 1);
  if (!USERNAME.test(username) || !PASSWORD.test(password)) return "its token is not that of a user";
  const end = typeof expiresAt === "number" ? expiresAt * 1000 : Number.NaN;
  if (!(end > 0 && end <= LAST_TIME)) return "its answer does not say when the token ends";
  return { username, password: secret(password), expiresAt: new Date(end) };
}
