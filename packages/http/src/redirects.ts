import { BaleError, LIMITS } from "@bale/spec";
import { escapeTerminal } from "./escape-terminal.js";
import { hostKind } from "./ip-address.js";
import { redactUrl } from "./redact.js";

/** Statuses that lead elsewhere. 300 and 304 are answers. */
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** All that another origin gets to see of the caller's headers. */
const CARRIED = new Set(["accept", "range", "user-agent", "accept-encoding"]);

export interface Hop {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

export function isRedirect(status: number): boolean {
  return REDIRECTS.has(status);
}

function refuse(message: string, why: string, from: URL): BaleError {
  return new BaleError({
    code: "REDIRECT",
    message,
    why,
    context: { host: from.host, path: escapeTerminal(from.pathname) },
  });
}

function isLocal(url: URL): boolean {
  const kind = hostKind(url.host);
  return kind === "loopback" || kind === "internal";
}

/**
 * The next request of a redirect. `visited` holds the hops so far, the first being the URL that the caller named.
 * Headers but Accept, Range and User-Agent are dropped for good once scheme, host or port differ.
 * @throws BaleError `REDIRECT`: no or a bad Location, a loop, more than 5 hops, https to http, a URL with a password, or from a
 *   public origin to an address of this machine or its network (CVE-2026-12566 is what happens without this)
 */
export function nextHop(location: string | undefined, visited: readonly [Hop, ...Hop[]]): Hop {
  const first = visited[0];
  const current = visited[visited.length - 1] ?? first;
  const from = redactUrl(current.url);
  if (location === undefined)
    throw refuse(`${from} redirects without saying where to`, "there is no Location header", current.url);
  let url: URL;
  try {
    url = new URL(location, current.url);
  } catch {
    throw refuse(`${from} redirects to something that is no URL`, "its Location cannot be read", current.url);
  }
  url.hash = "";
  const to = escapeTerminal(redactUrl(url));
  const message = `redirect refused: ${from} leads to ${to}`;
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw refuse(message, "only http and https are followed", current.url);
  if (url.username !== "" || url.password !== "")
    throw refuse(message, "its target holds a user or password", current.url);
  if (current.url.protocol === "https:" && url.protocol === "http:")
    throw refuse(message, "https is never left for http", current.url);
  if (isLocal(url) && !isLocal(first.url))
    throw refuse(message, "a public server does not lead to this machine or its network", current.url);
  if (visited.some((hop) => hop.url.href === url.href)) throw refuse(message, "it is a loop", current.url);
  if (visited.length > LIMITS.redirects)
    throw refuse(message, `more than ${LIMITS.redirects} redirects in a row`, current.url);
  const headers =
    url.origin === current.url.origin
      ? current.headers
      : Object.fromEntries(Object.entries(current.headers).filter(([name]) => CARRIED.has(name)));
  return { url, headers };
}
