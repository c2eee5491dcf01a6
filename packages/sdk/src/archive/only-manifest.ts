import type { ArchivedManifest } from "@bale/archive";
import { BaleError } from "@bale/spec";

/** A manifest of an archive for people: how it is named after the file. */
export function entryText(file: string, { name, digest }: ArchivedManifest): string {
  return name === undefined ? `${file}@${digest}` : `${file}:${name} (${digest})`;
}

/** What an archive stands for when no tag and no digest is named: its only manifest. @throws BaleError `USAGE` when there are several */
export function onlyManifest(file: string, manifests: readonly ArchivedManifest[]): ArchivedManifest {
  const [first] = manifests;
  if (first && manifests.every(({ digest }) => digest === first.digest)) return first;
  throw new BaleError({
    code: "USAGE",
    message: `${file} holds several bundles`,
    why: manifests.map((manifest) => entryText(file, manifest)).join(", "),
    fix: `name one of them: ${file}:TAG or ${file}@DIGEST`,
    context: { digests: manifests.map(({ digest }) => digest) },
  });
}
