import { createPrivateKey, sign } from "node:crypto";
import type { ServiceAccount } from "./credentials-file.js";

export interface AssertionInput {
  readonly account: ServiceAccount;
  /** Who is to accept it: the token endpoint. */
  readonly audience: string;
  readonly scope: string;
  /** Wall-clock milliseconds. */
  readonly now: number;
}

// The longest that Google takes.
const LIFE_SECONDS = 3600;

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A JSON Web Token by which a service account asks for a token (RFC 7523, signed with RS256). `undefined` where its key is no RSA key. */
export function signAssertion({ account, audience, scope, now }: AssertionInput): string | undefined {
  const issued = Math.floor(now / 1000);
  const header = { alg: "RS256", typ: "JWT", ...(account.privateKeyId ? { kid: account.privateKeyId } : {}) };
  const claims = { iss: account.clientEmail, scope, aud: audience, iat: issued, exp: issued + LIFE_SECONDS };
  const text = `${part(header)}.${part(claims)}`;
  try {
    const key = createPrivateKey(account.privateKey);
    if (key.asymmetricKeyType !== "rsa") return undefined;
    return `${text}.${sign("RSA-SHA256", Buffer.from(text), key).toString("base64url")}`;
  } catch {
    return undefined;
  }
}
