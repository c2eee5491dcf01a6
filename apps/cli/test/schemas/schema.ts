/** A JSON Schema (2020-12), or a part of one. */
export type Schema = Readonly<Record<string, unknown>>;

export const text: Schema = { type: "string" };
export const flag: Schema = { type: "boolean" };
/** Bytes, counts. */
export const whole: Schema = { type: "integer", minimum: 0 };
export const amount: Schema = { type: "number", minimum: 0 };
export const digest: Schema = { type: "string", pattern: "^sha256:[0-9a-f]{64}$" };
/** RFC 3339, UTC. */
export const time: Schema = { type: "string", pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z$" };
export const anything: Schema = {};

export function oneOf(...words: readonly string[]): Schema {
  return { type: "string", enum: words };
}
export function either(...schemas: readonly Schema[]): Schema {
  return { anyOf: schemas };
}
export function list(items: Schema): Schema {
  return { type: "array", items };
}
export function map(values: Schema): Schema {
  return { type: "object", additionalProperties: values };
}

type Members = Readonly<Record<string, Schema>>;

/** Members that are always there, and those that may be left out. Readers must expect more: members are added within a version. */
export function object(always: Members, sometimes: Members = {}): Schema {
  return { type: "object", properties: { ...always, ...sometimes }, required: Object.keys(always) };
}

/** The same schema for tests: a member that it does not name is a mistake. */
export function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [key, closed(value)] as const);
  const named = "properties" in schema && !("additionalProperties" in schema);
  return { ...Object.fromEntries(entries), ...(named ? { additionalProperties: false } : {}) };
}
