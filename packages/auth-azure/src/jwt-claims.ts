export interface JwtClaims {
  /** When the token ends. */
  readonly expiresAt?: Date | undefined;
  /** The tenant of Microsoft Entra ID that issued it. */
  readonly tenant?: string | undefined;
}

const LAST_SECOND = 8.64e12;

/**
 * What a token says of itself (RFC 7519). Its signature is not looked at: these are hints for us, and the registry judges the token.
 * Whatever cannot be read is left out.
 */
export function readJwtClaims(token: string): JwtClaims {
  let claims: unknown;
  try {
    claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
  } catch {
    return {};
  }
  if (typeof claims !== "object" || claims === null) return {};
  const { exp, tid } = claims as Readonly<Record<string, unknown>>;
  return {
    ...(typeof exp === "number" && exp > 0 && exp <= LAST_SECOND ? { expiresAt: new Date(exp * 1000) } : {}),
    ...(typeof tid === "string" && /^[A-Za-z0-9-]{1,64}$/.test(tid) ? { tenant: tid } : {}),
  };
}
