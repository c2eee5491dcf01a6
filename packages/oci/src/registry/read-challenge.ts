import type { PingDetails } from "@bale/spec";

const BEARER = /(?:^|,)\s*bearer\s.*?\brealm\s*=\s*"?([^",\s]*)/i;

/** What a registry asks for, and the host of its token service, as far as they are to be shown; `@bale/auth` answers challenges. */
export function readChallenge(header: string | undefined): Pick<PingDetails, "asks" | "tokenService"> {
  const realm = BEARER.exec(header ?? "")?.[1];
  if (realm !== undefined)
    return { asks: "token", ...(URL.canParse(realm) ? { tokenService: new URL(realm).host } : {}) };
  return { asks: /(?:^|,)\s*basic\b/i.test(header ?? "") ? "basic" : "other" };
}
