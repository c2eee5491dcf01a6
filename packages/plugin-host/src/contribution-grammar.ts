import { isHostPattern } from "./host-patterns.js";

const SCHEME = /^[a-z][a-z0-9+.-]{0,31}$/;
// Names are printed: nothing that a terminal would act on, nor that stands for nothing.
const NAME = /^[^\p{C}\p{Zl}\p{Zp}]{1,214}$/u;
const ID = /^[A-Za-z0-9][A-Za-z0-9@/._-]{0,63}$/;

/** Whether a text can be the type of a store, or the scheme of a remote. */
export function isScheme(value: unknown): value is string {
  return typeof value === "string" && SCHEME.test(value);
}

/** Whether a text can be the name of a plugin. */
export function isPluginName(value: unknown): value is string {
  return typeof value === "string" && NAME.test(value);
}

/** Whether a text can name a source of credentials. */
export function isCredentialId(value: unknown): value is string {
  return typeof value === "string" && ID.test(value);
}

/** What is wrong with the list of hosts of a source of credentials; `undefined` is no list, which is allowed. */
export function hostsProblem(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return Array.isArray(value) && value.every(isHostPattern)
    ? undefined
    : "has hosts that are no list of patterns such as *.registry.example";
}
