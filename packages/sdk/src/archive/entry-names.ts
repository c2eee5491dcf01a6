import { basename } from "node:path";
import type { Digest, Reference, Tag } from "@bale/spec";

/** A manifest to archive, and the reference that led to it. */
export interface NamedSource {
  readonly reference: Reference;
  readonly tag: Tag | undefined;
  readonly digest: Digest;
}

/** The last part of a repository's, layout's or archive's name. */
function shortName(reference: Reference): string {
  if (reference.kind === "registry") return reference.repository;
  return basename(reference.kind === "layout" ? reference.directory : reference.file).replace(
    /\.(?:tar|tar\.gz|tgz)$/,
    "",
  );
}

/**
 * Names in an archive: tags, so that every tool finds them. Where two references have one tag and are different manifests, repository and tag.
 * Where a bundle came from is not written down: the same manifest under the same tag gives the same archive wherever it is exported.
 */
export function entryNames(sources: readonly NamedSource[]): readonly (string | undefined)[] {
  return sources.map(({ reference, tag, digest }) => {
    if (tag === undefined) return undefined;
    const isShared = sources.some((other) => other.tag === tag && other.digest !== digest);
    return isShared ? `${shortName(reference)}:${tag}` : tag;
  });
}
