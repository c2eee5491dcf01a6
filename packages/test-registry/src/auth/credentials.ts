import type { AuthOptions } from "./auth-options.js";

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** Reads `Authorization: Basic`; the password may hold colons (RFC 7617). */
export function parseBasic(header: string | undefined): Credentials | undefined {
  const match = /^basic\s+([A-Za-z0-9+/=_-]+)$/i.exec(header ?? "");
  if (match?.[1] === undefined) return undefined;
  const text = Buffer.from(match[1], "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

export function parseBearer(header: string | undefined): string | undefined {
  return /^bearer\s+(\S+)$/i.exec(header ?? "")?.[1];
}

export function isKnown(options: AuthOptions, credentials: Credentials): boolean {
  const users = options.users ?? {};
  return Object.hasOwn(users, credentials.user) && users[credentials.user] === credentials.password;
}
