import type { JsonObject, JsonValue } from "@bale/spec";
import { isJsonObject } from "../parse-document.js";
import type { RegistryProfile } from "./registry-profile.js";

type Reader = (value: JsonValue | undefined) => boolean;

const isFlag: Reader = (value) => typeof value === "boolean";
const isCount =
  (least: number): Reader =>
  (value) =>
    typeof value === "number" && Number.isSafeInteger(value) && value >= least;
const isOneOf =
  (...words: readonly string[]): Reader =>
  (value) =>
    typeof value === "string" && words.includes(value);

const READERS: Readonly<Record<keyof RegistryProfile, Reader>> = {
  chunked: isFlag,
  chunkThreshold: isCount(0),
  chunkSize: isCount(1),
  postUpTo: isCount(0),
  checkSize: isFlag,
  verifiesDigest: isFlag,
  ranges: isFlag,
  statesDigest: isFlag,
  sessionStatus: isFlag,
  mount: isFlag,
  referrers: isOneOf("api", "tag"),
  maxBlobSize: isCount(1),
  maxRequestBytes: isCount(1),
  manifestBytes: isCount(1),
  concurrency: isCount(1),
  manifestLayers: isCount(1),
  envelope: isOneOf("native", "compatible"),
};

/** What is known of a registry, as JSON; read by `parseProfileDocument`. */
export function profileDocument(profile: Partial<RegistryProfile>): JsonObject {
  const document: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(profile)) if (value !== undefined) document[name] = value;
  return document;
}

/** Members of a profile that somebody wrote down; `undefined` when one of them is none, or has a value that it cannot have. */
export function parseProfileDocument(value: JsonValue | undefined): Partial<RegistryProfile> | undefined {
  if (!isJsonObject(value)) return undefined;
  const readers: Readonly<Record<string, Reader | undefined>> = READERS;
  for (const [name, member] of Object.entries(value))
    if (!Object.hasOwn(READERS, name) || !readers[name]?.(member)) return undefined;
  return value as Partial<RegistryProfile>;
}
