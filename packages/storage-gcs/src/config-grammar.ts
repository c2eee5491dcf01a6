import { isLoopbackHost } from "@bale/http";

// The line that a user is asked to trust is made of these members: each has one spelling, and none of them can hold
// white space, a control character, or anything that would lead an address elsewhere.

export const USUAL_ENDPOINT = "https://storage.googleapis.com";

const BUCKET = /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/;
const LOOKS_LIKE_ADDRESS = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const PREFIX = /^[A-Za-z0-9_][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_][A-Za-z0-9._-]*)*$/;
const LONGEST_PART = 63;
const LONGEST_PREFIX = 256;
const LONGEST_ENDPOINT = 300;

/** The rules of "Bucket names" in the documentation of Cloud Storage. */
export function bucketProblem(bucket: string): string | undefined {
  const parts = bucket.split(".");
  if (!BUCKET.test(bucket) || parts.some((part) => part === "" || part.length > LONGEST_PART))
    return "is no bucket name: 3 to 63 lower-case letters, digits, hyphens, underscores and dots, a letter or digit at both ends, longer only with dots";
  if (LOOKS_LIKE_ADDRESS.test(bucket)) return "looks like an IP address";
  if (bucket.startsWith("goog") || bucket.includes("google"))
    return "has a name that Google keeps for itself";
  return undefined;
}

/** Parts that no file system, URL parser or proxy would fold into something else. */
export function prefixProblem(prefix: string): string | undefined {
  if (prefix.length > LONGEST_PREFIX) return `is longer than ${LONGEST_PREFIX} characters`;
  return PREFIX.test(prefix)
    ? undefined
    : "is no prefix: parts of letters, digits, dots, hyphens and underscores, none of which begins with a dot or a hyphen, with / between them";
}

/** An origin and nothing else: https, or http to this machine itself. */
export function endpointProblem(endpoint: string): string | undefined {
  if (endpoint.length > LONGEST_ENDPOINT || !URL.canParse(endpoint)) return "is no address";
  const url = new URL(endpoint);
  if (url.protocol !== "https:" && url.protocol !== "http:") return "is neither https nor http";
  if (url.username !== "" || url.password !== "") return "holds a user or a password";
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "" || /[?#]/.test(endpoint))
    return "has more than a host and a port; the bucket has a member of its own";
  if (url.protocol === "http:" && !isLoopbackHost(url.hostname))
    return "is plain http, which is for this machine only; write https";
  return endpoint === url.origin ? undefined : `is not in its plain form; write ${url.origin}`;
}
