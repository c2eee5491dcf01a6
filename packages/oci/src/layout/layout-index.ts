import {
  ANNOTATIONS,
  BaleError,
  type Descriptor,
  type Digest,
  isTag,
  type JsonObject,
  MEDIA_TYPES,
  type Tag,
} from "@bale/spec";
import { readDescriptor } from "../parse-descriptor.js";
import { isJsonObject, parseDocument } from "../parse-document.js";

/** `index.json` as it was read: entries and members of other tools are kept as they are. */
export interface LayoutIndex {
  readonly document: JsonObject;
  readonly entries: readonly JsonObject[];
}

export const EMPTY_INDEX: LayoutIndex = {
  document: { schemaVersion: 2, mediaType: MEDIA_TYPES.imageIndex, manifests: [] },
  entries: [],
};

/** @throws BaleError `MANIFEST_INVALID`, `LIMIT` */
export function parseLayoutIndex(bytes: Uint8Array): LayoutIndex {
  const document = parseDocument(bytes, "index.json of the layout", "MANIFEST_INVALID");
  const { manifests } = document;
  if (
    document["schemaVersion"] !== 2 ||
    (manifests !== null && manifests !== undefined && !Array.isArray(manifests))
  )
    throw new BaleError({
      code: "MANIFEST_INVALID",
      message: "index.json of the layout is no image index",
      why: "it needs schemaVersion 2 and a list named manifests",
    });
  return { document, entries: Array.isArray(manifests) ? manifests.filter(isJsonObject) : [] };
}

export function encodeLayoutIndex(index: LayoutIndex): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ ...index.document, manifests: index.entries }));
}

function refName(entry: JsonObject): string | undefined {
  const annotations = entry["annotations"];
  const name = isJsonObject(annotations) ? annotations[ANNOTATIONS.refName] : undefined;
  return typeof name === "string" ? name : undefined;
}

/** What a tag names. @throws BaleError `MANIFEST_INVALID` when it names two different manifests */
export function findTag(index: LayoutIndex, tag: Tag): Descriptor | undefined {
  const found = index.entries.filter((entry) => refName(entry) === tag).map(readDescriptor);
  const [first, ...others] = found.filter((descriptor) => descriptor !== undefined);
  if (first === undefined || others.every((other) => other.digest === first.digest)) return first;
  throw new BaleError({
    code: "MANIFEST_INVALID",
    message: `the layout has more than one manifest named ${tag}`,
    why: [first, ...others].map((descriptor) => descriptor.digest).join(", "),
    fix: "name the manifest by its digest",
  });
}

/** Tags in order; names that other tools wrote and that are no tags are left out. */
export function tagsOf(index: LayoutIndex): readonly Tag[] {
  return [...new Set(index.entries.map(refName).filter(isTag))].sort();
}

/** The entries that bale can follow. */
export function manifestsOf(index: LayoutIndex): readonly Descriptor[] {
  return index.entries.map(readDescriptor).filter((descriptor) => descriptor !== undefined);
}

function withName(entry: JsonObject, name: string | undefined): JsonObject {
  const { annotations, ...rest } = entry;
  const { [ANNOTATIONS.refName]: _, ...others } = isJsonObject(annotations) ? annotations : {};
  const named = name === undefined ? others : { ...others, [ANNOTATIONS.refName]: name };
  return Object.keys(named).length === 0 ? rest : { ...rest, annotations: named };
}

/** Takes a name away. The manifest stays listed, once, so that no tool's garbage collection removes it. */
export function withoutTag(index: LayoutIndex, tag: Tag): LayoutIndex {
  const kept = index.entries.filter((entry) => refName(entry) !== tag);
  const listed = new Set(kept.map((entry) => entry["digest"]));
  const unnamed: JsonObject[] = [];
  for (const entry of index.entries) {
    if (refName(entry) !== tag || listed.has(entry["digest"])) continue;
    listed.add(entry["digest"]);
    unnamed.push(withName(entry, undefined));
  }
  return { ...index, entries: [...kept, ...unnamed] };
}

/** Points a tag to a manifest; an entry of it without a name gets this one. */
export function withTag(index: LayoutIndex, tag: Tag, manifest: Descriptor): LayoutIndex {
  const { entries } = withoutTag(index, tag);
  const nameless = entries.findIndex(
    (entry) => entry["digest"] === manifest.digest && refName(entry) === undefined,
  );
  const named = withName(entries[nameless] ?? { ...manifest }, tag);
  return { ...index, entries: [...entries.filter((_, place) => place !== nameless), named] };
}

/** Lists a manifest without a name, unless it is listed; `undefined` when nothing changes. */
export function withManifest(index: LayoutIndex, manifest: Descriptor): LayoutIndex | undefined {
  if (hasManifest(index, manifest.digest)) return undefined;
  return { ...index, entries: [...index.entries, { ...manifest }] };
}

export function hasManifest(index: LayoutIndex, digest: Digest): boolean {
  return index.entries.some((entry) => entry["digest"] === digest);
}
