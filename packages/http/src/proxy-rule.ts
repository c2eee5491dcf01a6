import { BlockList, isIP } from "node:net";
import { BaleError } from "@bale/spec";
import type { ProxySettings } from "./http-options.js";
import { hostKind } from "./ip-address.js";

/** What to do about a 407. */
export const PROXY_LOGIN: string =
  "write its user and password into HTTPS_PROXY and HTTP_PROXY, joined by a colon, before the host and an @; %40 stands for @ in them, and %3A for a colon";

export interface ProxyRoute {
  /** Scheme, host and port, without credentials. */
  readonly origin: string;
  readonly host: string;
  /** Value of `Proxy-Authorization`; only the proxy sees it. */
  readonly authorization: string | undefined;
}

function plainHostname(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
}

function portOf(url: URL): string {
  return url.port || (url.protocol === "https:" ? "443" : "80");
}

function inBlock(address: string, block: string): boolean {
  const [network = "", bits = ""] = block.split("/");
  const family = isIP(network);
  const prefix = Number(bits);
  if (
    family === 0 ||
    family !== isIP(address) ||
    !/^\d{1,3}$/.test(bits) ||
    prefix > (family === 4 ? 32 : 128)
  )
    return false;
  const type = family === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  list.addSubnet(network, prefix, type);
  return list.check(address, type);
}

/** One entry of NO_PROXY against one URL. `example.com` also covers its subdomains, as in curl and Go. */
function entryMatches(entry: string, url: URL): boolean {
  if (entry === "*") return true;
  const hostname = plainHostname(url);
  if (entry.includes("/")) return inBlock(hostname, entry);
  const withPort = /^(.*?):(\d{1,5})$/.exec(entry);
  const isBareV6 = isIP(entry) === 6;
  const host = (withPort && !isBareV6 ? (withPort[1] ?? "") : entry).replace(/^\[|\]$/g, "").toLowerCase();
  if (withPort && !isBareV6 && withPort[2] !== portOf(url)) return false;
  const name = host.replace(/^\*?\./, "");
  if (name === "") return false;
  // A leading dot means: subdomains only.
  return (
    (hostname === name && !/^\*?\./.test(host)) || (isIP(hostname) === 0 && hostname.endsWith(`.${name}`))
  );
}

/** Whether a URL is reached directly in spite of a proxy. Loopback hosts always are. */
export function bypassesProxy(url: URL, noProxy: string | undefined): boolean {
  if (hostKind(url.host) === "loopback") return true;
  const entries = (noProxy ?? "").split(/[\s,]+/).filter((entry) => entry !== "");
  return entries.some((entry) => entryMatches(entry, url));
}

/** Percent signs that encode nothing stand for themselves, as browsers and curl read them. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function parseProxy(text: string): ProxyRoute {
  let url: URL | undefined;
  try {
    url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  } catch {
    url = undefined;
  }
  if (!url || (url.protocol !== "http:" && url.protocol !== "https:"))
    throw new BaleError({
      code: "PROXY",
      message: "the proxy's address is not usable",
      why: "it is no http or https URL",
      fix: "write http://host:port into HTTP_PROXY and HTTPS_PROXY",
      retry: { kind: "never" },
    });
  const credentials = `${decoded(url.username)}:${decoded(url.password)}`;
  return {
    origin: url.origin,
    host: url.host,
    authorization:
      url.username === "" && url.password === ""
        ? undefined
        : `Basic ${Buffer.from(credentials, "utf8").toString("base64")}`,
  };
}

/** The proxy for a URL, or `undefined` to connect directly. @throws BaleError `PROXY` for an address that is no URL */
export function proxyFor(url: URL, settings: ProxySettings | undefined): ProxyRoute | undefined {
  const text = url.protocol === "https:" ? settings?.httpsProxy : settings?.httpProxy;
  if (text === undefined || text === "" || bypassesProxy(url, settings?.noProxy)) return undefined;
  return parseProxy(text);
}

/**
 * Reads `http_proxy`, `https_proxy`, `no_proxy` (lower case first, as curl does) and `all_proxy`. `HTTP_PROXY` in upper case is
 * ignored where `REQUEST_METHOD` is set: there a client of a CGI program could set it (CVE-2016-5385).
 */
export function proxiesFromEnvironment(env: Readonly<Record<string, string | undefined>>): ProxySettings {
  const all = env["all_proxy"] || env["ALL_PROXY"] || undefined;
  const upperHttp = env["REQUEST_METHOD"] === undefined ? env["HTTP_PROXY"] : undefined;
  return {
    httpProxy: env["http_proxy"] || upperHttp || all,
    httpsProxy: env["https_proxy"] || env["HTTPS_PROXY"] || all,
    noProxy: env["no_proxy"] || env["NO_PROXY"] || undefined,
  };
}
