import type { Tag } from "@bale/spec";
import compareBuild from "semver/functions/compare-build.js";
import parse from "semver/functions/parse.js";

/** A tag that is a version of Semantic Versioning 2.0, with or without a leading `v`. */
export interface VersionTag {
  readonly tag: Tag;
  /** Without the `v`, and with `+` where the tag has `_`, since a tag cannot hold a `+`. */
  readonly version: string;
  readonly prefix: "" | "v";
}

/** `undefined` for tags that are no version: `latest`, `1.2`, `01.2.3`. */
export function parseVersionTag(tag: Tag): VersionTag | undefined {
  const prefix = tag.startsWith("v") ? "v" : "";
  const version = tag.slice(prefix.length).replace("_", "+");
  // The library takes a `v` and spaces as well, which here would make two spellings of one version.
  const parsed = /^\d/.test(version) ? parse(version) : null;
  if (parsed === null) return undefined;
  return { tag, version, prefix };
}

/** Precedence of Semantic Versioning, section 11; then build metadata and spelling, so that the order is one on every machine. */
export function compareVersionTags(a: VersionTag, b: VersionTag): number {
  return compareBuild(a.version, b.version) || (a.tag < b.tag ? -1 : a.tag > b.tag ? 1 : 0);
}

/** The highest version among tags, pre-releases included. Of `1.0.0` and `v1.0.0` it is the latter. */
export function highestVersion(tags: Iterable<Tag>): VersionTag | undefined {
  let highest: VersionTag | undefined;
  for (const tag of tags) {
    const version = parseVersionTag(tag);
    if (version && (highest === undefined || compareVersionTags(version, highest) > 0)) highest = version;
  }
  return highest;
}
