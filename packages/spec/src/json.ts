/** What a bounded JSON reader returns: objects have no prototype, so no key can change behaviour. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}
