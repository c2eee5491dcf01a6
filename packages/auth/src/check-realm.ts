import { escapeTerminal, hostKind, redactUrl } from "@bale/http";
import { BaleError } from "@bale/spec";

export interface RealmInput {
  /** As the challenge has it. */
  readonly realm: string;
  /** The registry that sent the challenge. */
  readonly origin: string;
  /** Origins that the user has marked: plain http, or a token service on an internal address, is wanted there. */
  readonly allowedInsecure?: ((origin: string) => boolean) | undefined;
}

function problem(url: URL, input: RealmInput): string | undefined {
  const registry = new URL(input.origin);
  if (url.username !== "" || url.password !== "") return "it holds a user or password";
  if (url.protocol !== "https:" && url.protocol !== "http:") return "it is neither https nor http";
  if (url.protocol === "http:" && registry.protocol !== "http:")
    return "it is not https, though the registry is";
  if (url.host === registry.host || hostKind(registry.host) === "loopback") return undefined;
  const kind = hostKind(url.host);
  if ((kind === "loopback" || kind === "internal") && !input.allowedInsecure?.(url.origin))
    return "it is on this machine or its network, and the registry is not";
  return undefined;
}

/**
 * The token service that a challenge names, if credentials may go there: https, or http for a registry that itself is plain http;
 * no loopback, private or link-local address in any spelling, unless it is the registry's own host and port, the registry runs on
 * this machine, or the user has marked that origin. Otherwise any server could have this machine ask any other (CVE-2026-12566).
 * @throws BaleError `CROSS_ORIGIN`
 */
export function checkRealm(input: RealmInput): URL {
  let url: URL | undefined;
  try {
    url = new URL(input.realm);
  } catch {
    url = undefined;
  }
  const why = url ? problem(url, input) : "it is no URL";
  if (url && why === undefined) {
    url.hash = "";
    return url;
  }
  const registry = new URL(input.origin).host;
  throw new BaleError({
    code: "CROSS_ORIGIN",
    message: `${registry} names a token service that is not asked: ${escapeTerminal(redactUrl(input.realm.slice(0, 300)))}`,
    why: why ?? "",
    fix: "if you run this token service, mark its origin as insecure in your configuration",
    context: { host: registry },
  });
}
