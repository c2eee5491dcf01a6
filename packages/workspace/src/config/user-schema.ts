import * as v from "valibot";
import { checkForm, type FormResult, onlyMap } from "./check-form.js";
import { parseRegistryKey } from "./registry-key.js";
import { count, registriesSchema } from "./registry-schema.js";
import type { UserConfig } from "./user-config.js";
import type { UserRegistrySettings } from "./user-registry-settings.js";

const text = v.pipe(v.string("must be text"), v.minLength(1, "must not be empty"));
const DURATION = /^([0-9]{1,9})(ms|s|m|h)?$/;
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `500ms`, `30s`, `2m`, `1h`; a plain number is seconds. */
export function parseDuration(value: string | number): number | undefined {
  const match = DURATION.exec(String(value));
  return match ? Number(match[1]) * (UNIT_MS[match[2] ?? "s"] ?? 1000) : undefined;
}
const duration = v.pipe(
  v.union([v.string(), v.number()], "must be a time such as 30s"),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const milliseconds = parseDuration(dataset.value);
    if (milliseconds !== undefined) return milliseconds;
    addIssue({ message: "must be a time such as 30s" });
    return NEVER;
  }),
);

function isDefaultRegistry(value: string): boolean {
  return parseRegistryKey(value.replace(/\/+$/, "")) !== undefined;
}

const members = v.object({
  defaultRegistry: v.optional(
    v.pipe(
      text,
      v.check(isDefaultRegistry, "must be a host, or a host and a namespace such as ghcr.io/acme"),
    ),
  ),
  trustedStores: v.optional(v.array(text, "must be a list of stores")),
  stores: v.optional(v.literal("strict", "must be strict, or absent")),
  registries: v.optional(registriesSchema),
  plugins: v.optional(v.array(text, "must be a list of packages or files")),
  registryConfig: v.optional(text),
  caFile: v.optional(text),
  concurrency: v.optional(count),
  retries: v.optional(
    v.pipe(v.number("must be a number"), v.integer("must be a whole number"), v.minValue(0), v.maxValue(100)),
  ),
  timeout: v.optional(duration),
  lockTimeout: v.optional(duration),
  fsync: v.optional(v.picklist(["auto", "always", "never"], "must be auto, always or never")),
  progress: v.optional(
    v.picklist(["auto", "tty", "plain", "json", "none"], "must be auto, tty, plain, json or none"),
  ),
  color: v.optional(v.picklist(["auto", "always", "never"], "must be auto, always or never")),
});
/** What the user's and the system's `config.yaml` may hold. */
const userSchema = onlyMap(members, "must be a map of keys");

/** A `config.yaml` whose every value has the right form; times in milliseconds, sizes in bytes. */
export interface UserInput
  extends Omit<UserConfig, "registries" | "timeoutMs" | "lockTimeoutMs" | "trustedStores" | "plugins"> {
  readonly trustedStores?: readonly string[] | undefined;
  readonly plugins?: readonly string[] | undefined;
  readonly registries?: Readonly<Record<string, UserRegistrySettings>> | undefined;
  readonly timeout?: number | undefined;
  readonly lockTimeout?: number | undefined;
}

/** Checks the form of every value. */
export function checkUserForm(value: unknown): FormResult<UserInput> {
  return checkForm(userSchema, value);
}
export const USER_KEYS: readonly string[] = Object.keys(members.entries);
