import { type BaleError, type Digest, isDigest, type JsonObject, type JsonValue } from "@bale/spec";

/** Readers that turn a JSON value into the type it must have, or throw. `where` names the member in the error. */
export interface JsonShape {
  readonly object: (value: JsonValue | undefined, where: string) => JsonObject;
  readonly array: (value: JsonValue | undefined, where: string) => readonly JsonValue[];
  readonly text: (value: JsonValue | undefined, where: string) => string;
  /** A whole number from 0 to 2^53 - 1. */
  readonly count: (value: JsonValue | undefined, where: string) => number;
  readonly digest: (value: JsonValue | undefined, where: string) => Digest;
}

/** Whether a value is a whole number from 0 to 2^53 - 1; minus zero is none. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && !Object.is(value, -0);
}

/** `invalid` makes the error that is thrown, from the reason. */
export function createJsonShape(invalid: (why: string) => BaleError): JsonShape {
  return {
    object: (value, where) => {
      if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
      throw invalid(`${where} is no object`);
    },
    array: (value, where) => {
      if (Array.isArray(value)) return value as readonly JsonValue[];
      throw invalid(`${where} is no array`);
    },
    text: (value, where) => {
      if (typeof value === "string") return value;
      throw invalid(`${where} is no string`);
    },
    count: (value, where) => {
      if (isCount(value)) return value;
      throw invalid(`${where} is no whole number from 0 to 2^53 - 1`);
    },
    digest: (value, where) => {
      if (isDigest(value)) return value;
      throw invalid(`${where} is no sha256 digest`);
    },
  };
}
