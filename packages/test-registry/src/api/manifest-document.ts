export const imageManifestType: string = "application/vnd.oci.image.manifest.v1+json";
export const imageIndexType: string = "application/vnd.oci.image.index.v1+json";
const dockerManifestType: string = "application/vnd.docker.distribution.manifest.v2+json";
const dockerListType: string = "application/vnd.docker.distribution.manifest.list.v2+json";

/** Media types that are read for what they name; all others are kept as they are. */
export const knownManifestTypes: ReadonlySet<string> = new Set([
  imageManifestType,
  imageIndexType,
  dockerManifestType,
  dockerListType,
]);

export interface DescriptorDocument {
  readonly mediaType?: unknown;
  readonly digest?: unknown;
  readonly size?: unknown;
  readonly urls?: unknown;
}

/** A manifest or index as far as a registry looks into it; nothing about the types is certain. */
export interface ManifestDocument {
  readonly mediaType?: unknown;
  readonly artifactType?: unknown;
  readonly config?: DescriptorDocument;
  readonly layers?: readonly DescriptorDocument[];
  readonly manifests?: readonly DescriptorDocument[];
  readonly subject?: DescriptorDocument;
  readonly annotations?: unknown;
}

/** Reads a manifest; undefined when it is no JSON object or a list is no list. */
export function parseManifest(bytes: Uint8Array): ManifestDocument | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const { config, subject, layers, manifests } = value;
  const descriptors = [config, subject].every((entry) => entry === undefined || isObject(entry));
  const lists = [layers, manifests].every(
    (entry) => entry === undefined || (Array.isArray(entry) && entry.every(isObject)),
  );
  return descriptors && lists ? (value as ManifestDocument) : undefined;
}

/** Config and layers. */
export function referencedBlobs(document: ManifestDocument): readonly DescriptorDocument[] {
  return [...(document.config === undefined ? [] : [document.config]), ...(document.layers ?? [])];
}

/** Layers that a registry does not have to hold (image-spec, "Non-Distributable Layers"). */
export function isNondistributable(descriptor: DescriptorDocument): boolean {
  return /nondistributable|\.foreign\./.test(String(descriptor.mediaType));
}

/** The artifact type that a list of referrers shows: the manifest's, else that of its config. */
export function effectiveArtifactType(document: ManifestDocument): string | undefined {
  const own = document.artifactType ?? "";
  if (typeof own === "string" && own !== "") return own;
  const config = document.config?.mediaType;
  return typeof config === "string" ? config : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
