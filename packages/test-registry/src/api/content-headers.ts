import { createHash } from "node:crypto";
import { digestOf, parseDigest } from "../digest.js";
import type { StoredBlob } from "../store/stored-blob.js";
import type { RegistryContext } from "./context.js";

/** Docker-Content-Digest and ETag of content, as the quirks have them. */
export async function contentHeaders(
  context: RegistryContext,
  digest: string,
  content: StoredBlob,
): Promise<Record<string, string>> {
  const { digestHeader, etagAbsent } = context.quirks();
  const shown = await shownDigest(digestHeader, digest, content);
  return {
    ...(shown === undefined ? {} : { "docker-content-digest": shown }),
    ...(etagAbsent ? {} : { etag: entityTag(digest) }),
  };
}

export function entityTag(digest: string): string {
  return `"${digest}"`;
}

/** Whether a list of entity tags, or `*`, has this one (RFC 9110, section 13.1; weak comparison). */
export function matchesEntityTag(header: string | undefined, digest: string): boolean {
  if (header === undefined) return false;
  return header
    .split(",")
    .map((part) => part.trim().replace(/^W\//, ""))
    .some((part) => part === "*" || part === entityTag(digest));
}

async function shownDigest(
  quirk: "right" | "absent" | "other-algorithm" | "wrong",
  digest: string,
  content: StoredBlob,
): Promise<string | undefined> {
  if (quirk === "right") return digest;
  if (quirk === "absent") return undefined;
  const algorithm = parseDigest(digest)?.algorithm ?? "sha256";
  if (quirk === "wrong") return digestOf(Buffer.from(`not ${digest}`), algorithm);
  const other = algorithm === "sha256" ? "sha512" : "sha256";
  const hash = createHash(other);
  for await (const chunk of content.read(0, content.size)) hash.update(chunk);
  return `${other}:${hash.digest("hex")}`;
}
