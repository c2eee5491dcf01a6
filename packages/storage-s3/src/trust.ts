import type { StoreTrust } from "@bale/spec";
import type { S3Config } from "./config.js";

// China, the government regions, the secret ones and the European sovereign cloud are clouds of their own: the same bucket name
// there belongs to somebody else.
const COMMERCIAL = /^(?!us-gov-|us-iso|eu-iso|eusc-)(?:us|eu|ap|sa|ca|me|af|il|mx)-/;

function place({ bucket, prefix }: S3Config): string {
  return `s3://${bucket}${prefix === undefined ? "" : `/${prefix}`}`;
}

/** One line for each place. What costs the reader money needs consent as well. */
export function trustOf(config: S3Config): StoreTrust {
  const { endpoint, region, requesterPays } = config;
  const words = [place(config)];
  if (endpoint !== undefined) words.push(`at ${endpoint}`);
  else if (region !== undefined && !COMMERCIAL.test(region)) words.push(`in ${region}`);
  if (requesterPays) words.push("requester pays");
  const isPublic = endpoint === undefined && !requesterPays;
  return { kind: isPublic ? "public" : "needs-consent", line: words.join(" ") };
}

/** What a reader needs to find the blobs. How they are written (encryption, class, checksums) is left to `bale.yaml`. */
export function describeStore(config: S3Config): Readonly<Record<string, string | boolean>> {
  const { bucket, endpoint, pathStyle, prefix, publicReads, region, requesterPays } = config;
  const members = { bucket, prefix, region, endpoint, pathStyle, publicReads, requesterPays };
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
