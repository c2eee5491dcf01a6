import { type Digest, digestHex, type Tag } from "@bale/spec";

const FALLBACK = /^sha256-[0-9a-f]{64}$/;

/** The tag under which registries without a referrers API keep the list (distribution spec 1.1, "Referrers tag schema"). */
export function fallbackTag(subject: Digest): Tag {
  return `sha256-${digestHex(subject)}` as Tag;
}

/** Whether a tag is such a list, and thus nothing that a user named. */
export function isFallbackTag(tag: string): boolean {
  return FALLBACK.test(tag);
}
