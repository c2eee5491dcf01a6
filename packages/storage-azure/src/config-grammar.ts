import { isLoopbackHost } from "@bale/http";

// The line that a user is asked to trust is made of these members: each has one spelling, and none of them can hold
// white space, a control character, or anything that would lead an address elsewhere.

// Where Microsoft itself serves accounts: its public cloud, China and the government of the United States.
const PUBLIC_SUFFIXES: readonly string[] = [
  "blob.core.windows.net",
  "blob.core.chinacloudapi.cn",
  "blob.core.usgovcloudapi.net",
];
const ACCOUNT = /^[a-z0-9]{3,24}$/;
const CONTAINER = /^(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*$/;
const PREFIX = /^[A-Za-z0-9_][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_][A-Za-z0-9._-]*)*$/;
const LONGEST_PREFIX = 256;
const LONGEST_ENDPOINT = 300;

export function isAccount(account: string): boolean {
  return ACCOUNT.test(account);
}

/** The rules of Microsoft's "Naming and referencing containers, blobs, and metadata"; those with a dollar sign have meanings of their own. */
export function containerProblem(container: string): string | undefined {
  return CONTAINER.test(container)
    ? undefined
    : "is no container: 3 to 63 lower-case letters, digits, and single hyphens between them";
}

/** Parts that no file system, URL parser or proxy would fold into something else. */
export function prefixProblem(prefix: string): string | undefined {
  if (prefix.length > LONGEST_PREFIX) return `is longer than ${LONGEST_PREFIX} characters`;
  // Azure drops dots at the end of a part, so that two spellings would be one place.
  if (/\.(?:\/|$)/.test(prefix)) return "has a part that ends with a dot";
  return PREFIX.test(prefix)
    ? undefined
    : "is no prefix: parts of letters, digits, dots, hyphens and underscores, none of which begins with a dot or a hyphen, with / between them";
}

/** Where an account of the public cloud is served. */
export function usualEndpoint(account: string): string {
  return `https://${account}.${PUBLIC_SUFFIXES[0]}`;
}

/** Whether an address is Microsoft's own for this account, in any of its clouds. */
export function isPublicEndpoint(endpoint: string, account: string): boolean {
  return PUBLIC_SUFFIXES.some((suffix) => endpoint === `https://${account}.${suffix}`);
}

/**
 * What is wrong with an address of an account's blob service, in the form of Azure's own connection strings: a host, behind which the
 * name of the account follows where the host does not say it, as with emulators.
 */
export function endpointProblem(endpoint: string, account: string): string | undefined {
  if (endpoint.length > LONGEST_ENDPOINT || !URL.canParse(endpoint)) return "is no address";
  const url = new URL(endpoint);
  if (url.protocol !== "https:" && url.protocol !== "http:") return "is neither https nor http";
  if (url.username !== "" || url.password !== "") return "holds a user or a password";
  if (url.search !== "" || url.hash !== "" || /[?#]/.test(endpoint)) return "has a query or a fragment";
  if (url.pathname !== "/" && url.pathname !== `/${account}`)
    return `has a path; only /${account} may follow the host`;
  if (url.protocol === "http:" && !isLoopbackHost(url.hostname))
    return "is plain http, which is for this machine only; write https";
  const plain = url.href.replace(/\/$/, "");
  return plain === endpoint ? undefined : `is not in its plain form; write ${plain}`;
}
