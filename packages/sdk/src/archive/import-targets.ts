import type { ArchivedManifest } from "@bale/archive";
import {
  BaleError,
  type LayoutReference,
  type Reference,
  type RegistryReference,
  type Tag,
} from "@bale/spec";
import { LATEST } from "../remote/remote-tree.js";
import { tagOfName } from "./archive-repository.js";
import { entryText, onlyManifest } from "./only-manifest.js";

/** Where one manifest of an archive goes. */
export interface ImportTarget {
  readonly manifest: ArchivedManifest;
  readonly reference: RegistryReference | LayoutReference;
}

function refuse(message: string, fix: string): BaleError {
  return new BaleError({ code: "USAGE", message, fix });
}

function tagFor(manifest: ArchivedManifest, alone: boolean): Tag {
  const tag = tagOfName(manifest.name) ?? (alone ? LATEST : undefined);
  if (tag) return tag;
  throw refuse(
    `a bundle of the archive has no name that could be a tag: ${entryText("it", manifest)}`,
    "import that one by its digest, with a tag at the destination: `bale import FILE.tar@DIGEST REF:TAG`",
  );
}

/**
 * A destination with a tag takes the one bundle that an archive holds; without one, each bundle gets the tag that the archive names it by.
 * @throws BaleError `USAGE`
 */
export function importTargets(
  file: string,
  manifests: readonly ArchivedManifest[],
  destination: Reference,
): readonly ImportTarget[] {
  if (destination.kind === "archive")
    throw refuse("an archive cannot be imported into an archive", "use `bale copy` or `bale export`");
  if (destination.digest)
    throw refuse("an import moves tags, and this destination names exact content", "name a tag instead");
  if (destination.tag) return [{ manifest: onlyManifest(file, manifests), reference: destination }];
  const alone = manifests.every(({ digest }) => digest === manifests[0]?.digest);
  const targets = new Map<Tag, ImportTarget>();
  for (const manifest of manifests) {
    const tag = tagFor(manifest, alone);
    const other = targets.get(tag)?.manifest;
    if (other && other.digest !== manifest.digest)
      throw refuse(
        `two bundles of the archive would get the tag ${tag}: ${entryText("it", other)}, ${entryText("it", manifest)}`,
        "import them one by one, by digest: `bale import FILE.tar@DIGEST REF:TAG`",
      );
    targets.set(tag, { manifest, reference: { ...destination, tag } });
  }
  return [...targets.values()];
}
