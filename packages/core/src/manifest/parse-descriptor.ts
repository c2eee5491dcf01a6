import { type BaleError, type Descriptor, isDigest, type JsonValue, parseMediaType } from "@bale/spec";
import type { JsonShape } from "../json/json-shape.js";

/** What the readers of one manifest share. */
export interface ManifestReading {
  readonly shape: JsonShape;
  readonly invalid: (why: string) => BaleError;
  readonly unsupported: (why: string) => BaleError;
}

// Image spec 1.1, "Digests": algorithm, then an encoded part.
const ANY_DIGEST = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[A-Za-z0-9=_-]+$/;

/** Whether a descriptor's digest is well formed, but of an algorithm that bale does not check. */
export function usesOtherAlgorithm(descriptor: { readonly [key: string]: JsonValue }): boolean {
  const digest = descriptor["digest"];
  return (
    typeof digest === "string" &&
    digest.length <= 512 &&
    !digest.startsWith("sha256:") &&
    ANY_DIGEST.test(digest)
  );
}

/** Text to text; absent and null are empty. */
export function parseAnnotations(
  value: JsonValue | undefined,
  where: string,
  { shape }: ManifestReading,
): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return {};
  const annotations: Record<string, string> = {};
  for (const [key, text] of Object.entries(shape.object(value, where)))
    annotations[key] = shape.text(text, `${where}[${JSON.stringify(key.slice(0, 80))}]`);
  return annotations;
}

/** `urls` and inline `data` are not read: bytes come from the repository, by digest. */
export function parseDescriptor(
  value: JsonValue | undefined,
  where: string,
  reading: ManifestReading,
): Descriptor {
  const { shape } = reading;
  const json = shape.object(value, where);
  const digest = json["digest"];
  if (!isDigest(digest)) {
    if (usesOtherAlgorithm(json)) throw reading.unsupported(`${where} has a digest that is no sha256`);
    throw reading.invalid(`${where}.digest is no digest`);
  }
  const artifactType = json["artifactType"];
  const annotations = json["annotations"];
  return {
    mediaType: parseMediaType(json["mediaType"]),
    digest,
    size: shape.count(json["size"], `${where}.size`),
    ...(artifactType === undefined ? {} : { artifactType: parseMediaType(artifactType) }),
    ...(annotations === undefined || annotations === null
      ? {}
      : { annotations: parseAnnotations(annotations, `${where}.annotations`, reading) }),
  };
}
