import { BaleError } from "./bale-error.js";
import type { Brand } from "./brand.js";

export type Tag = Brand<string, "Tag">;

// Distribution spec 1.1, "Pulling manifests".
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

/** Whether a string is a tag. */
export function isTag(value: unknown): value is Tag {
  return typeof value === "string" && value.length <= 128 && TAG.test(value);
}

/** `+` becomes `_`, since a semver with build metadata is no legal tag. @throws BaleError `REFERENCE_INVALID` */
export function parseTag(value: string): Tag {
  const tag = value.replaceAll("+", "_");
  if (isTag(tag)) return tag;
  throw new BaleError({
    code: "REFERENCE_INVALID",
    message: `not a tag: ${JSON.stringify(value.slice(0, 140))}`,
    why: "a tag has at most 128 letters, digits, dots, hyphens and underscores, and begins with none of . and -",
  });
}
