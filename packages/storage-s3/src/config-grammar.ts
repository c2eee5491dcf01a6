import { isLoopbackHost } from "@bale/http";

// The line that a user is asked to trust is made of these members: each has one spelling, and none of them can hold
// white space, a control character, or anything that would lead an address elsewhere.

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const LOOKS_LIKE_ADDRESS = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const RESERVED_START = /^(?:xn--|sthree-|amzn-s3-demo-)/;
// Other kinds of bucket, which other protocols or other hosts serve: Object Lambda, directory buckets, tables, multi-region.
const RESERVED_END = /(?:--ol-s3|--x-s3|--table-s3|\.mrap)$/;

/** The rules of general purpose buckets in the Amazon S3 user guide; an access point's alias follows them too. */
export function bucketProblem(bucket: string): string | undefined {
  if (!BUCKET.test(bucket) || /\.[.-]|-\./.test(bucket))
    return "is no bucket name: 3 to 63 lower-case letters, digits, dots and hyphens, a letter or digit at both ends and beside each dot";
  if (LOOKS_LIKE_ADDRESS.test(bucket)) return "looks like an IP address";
  if (RESERVED_START.test(bucket)) return "begins with what AWS has reserved";
  if (RESERVED_END.test(bucket)) return "names another kind of bucket than a general purpose one";
  return undefined;
}

const LONGEST_PREFIX = 256;
const PREFIX = /^[A-Za-z0-9_][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_][A-Za-z0-9._-]*)*$/;

/** Parts that no file system, URL parser or proxy would fold into something else. */
export function prefixProblem(prefix: string): string | undefined {
  if (prefix.length > LONGEST_PREFIX) return `is longer than ${LONGEST_PREFIX} characters`;
  return PREFIX.test(prefix)
    ? undefined
    : "is no prefix: parts of letters, digits, dots, hyphens and underscores, none of which begins with a dot or a hyphen, with / between them";
}

// us-east-1, us-gov-west-1, ap-southeast-5, eusc-de-east-1: it becomes a part of the host's name.
const AWS_REGION = /^[a-z]{2,5}(?:-[a-z]{2,12}){1,3}-[0-9]{1,2}$/;
// Others only sign with it: auto, fr-par, nyc3, eu-central-003.
const OTHER_REGION = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

export function regionProblem(region: string): string | undefined {
  return OTHER_REGION.test(region) ? undefined : "is no region: lower-case letters, digits and hyphens";
}
export function isAwsRegion(region: string): boolean {
  return AWS_REGION.test(region);
}

/** An origin and nothing else: https, or http to this machine itself. */
export function endpointProblem(endpoint: string): string | undefined {
  if (endpoint.length > 300 || !URL.canParse(endpoint)) return "is no address";
  const url = new URL(endpoint);
  if (url.protocol !== "https:" && url.protocol !== "http:") return "is neither https nor http";
  if (url.username !== "" || url.password !== "") return "holds a user or a password";
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "" || /[?#]/.test(endpoint))
    return "has more than a host and a port; the bucket has a member of its own";
  if (url.protocol === "http:" && !isLoopbackHost(url.hostname))
    return "is plain http, which is for this machine only; write https";
  return endpoint === url.origin ? undefined : `is not in its plain form; write ${url.origin}`;
}

const KMS_KEY =
  /^(?:arn:aws[a-z-]{0,20}:kms:[a-z0-9-]{1,40}:\d{12}:)?(?:(?:key|alias)\/)?[A-Za-z0-9/_:-]{1,256}$/;

export function kmsKeyProblem(key: string): string | undefined {
  return KMS_KEY.test(key) ? undefined : "is no key of KMS: an id, an alias, or the ARN of either";
}

/** Classes differ between providers, so that only the form is known; two would put each blob out of reach at once. */
export function storageClassProblem(name: string): string | undefined {
  if (!/^[A-Z][A-Z0-9_]{0,63}$/.test(name))
    return "is no storage class: capital letters, digits and underscores";
  return name === "GLACIER" || name === "DEEP_ARCHIVE"
    ? "would archive blobs as soon as they are written, and nobody could read them; use GLACIER_IR, or a lifecycle rule and a restore"
    : undefined;
}
