import {
  BaleError,
  type Descriptor,
  isDigest,
  type JsonObject,
  type JsonValue,
  type MediaType,
  parseMediaType,
} from "@bale/spec";
import { isJsonObject } from "./parse-document.js";

/** A media type without its parameters, which the distribution spec says to ignore; `undefined` when it is none. */
export function readMediaType(value: unknown): MediaType | undefined {
  if (typeof value !== "string") return undefined;
  try {
    return parseMediaType(value.split(";", 1)[0]?.trim());
  } catch (error) {
    if (BaleError.is(error)) return undefined;
    throw error;
  }
}

function readAnnotations(value: JsonValue | undefined): Readonly<Record<string, string>> | undefined {
  if (!isJsonObject(value)) return undefined;
  const texts = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return texts.length === 0 ? undefined : Object.fromEntries(texts);
}

/** A descriptor of a sha256 digest; `undefined` for anything else, also for other algorithms. */
export function readDescriptor(value: JsonValue | undefined): Descriptor | undefined {
  if (!isJsonObject(value)) return undefined;
  const { digest, size } = value;
  const mediaType = readMediaType(value["mediaType"]);
  if (!isDigest(digest) || mediaType === undefined) return undefined;
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) return undefined;
  const artifactType = readMediaType(value["artifactType"]);
  const annotations = readAnnotations(value["annotations"]);
  return {
    mediaType,
    digest,
    size,
    ...(artifactType ? { artifactType } : {}),
    ...(annotations ? { annotations } : {}),
  };
}

/** What a referrers list says of a manifest besides its descriptor: artifactType (else the config's media type) and annotations. */
export function manifestFacts(manifest: JsonObject): Pick<Descriptor, "artifactType" | "annotations"> {
  const config = manifest["config"];
  const artifactType =
    readMediaType(manifest["artifactType"]) ??
    (isJsonObject(config) ? readMediaType(config["mediaType"]) : undefined);
  const annotations = readAnnotations(manifest["annotations"]);
  return { ...(artifactType ? { artifactType } : {}), ...(annotations ? { annotations } : {}) };
}
