import type { ConfigIssue } from "@bale/spec";
import * as v from "valibot";
import { parseByteSize } from "./byte-size.js";
import { onlyMap } from "./check-form.js";
import { parseRateLimit } from "./rate-limit.js";
import { parseRegistryKey } from "./registry-key.js";
import { unknownKeys } from "./unknown-keys.js";
import { REGISTRY_MEMBERS, type UserRegistrySettings } from "./user-registry-settings.js";

const text = v.pipe(v.string("must be text"), v.minLength(1, "must not be empty"));
const flag = v.boolean("must be true or false");
/** A number of things at once. */
export const count: v.GenericSchema<unknown, number> = v.pipe(
  v.number("must be a number"),
  v.integer("must be a whole number"),
  v.minValue(1, "must be at least 1"),
  v.maxValue(1024, "must be at most 1024"),
);
const chunk = v.pipe(
  v.union([v.string(), v.number()], "must be a size such as 16MiB"),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const bytes = parseByteSize(dataset.value);
    if (bytes !== undefined && bytes > 0) return bytes;
    addIssue({ message: "must be a size such as 16MiB" });
    return NEVER;
  }),
);
const RATE = "must be a number of requests for a time, such as 10/s, 600/m or 100/6h";
const rate = v.pipe(
  v.string(RATE),
  v.check((value) => parseRateLimit(value) !== undefined, RATE),
);
const PLACE = "must be a host, with a port and a prefix if there are such: mirror.example:5000/hub";
const place = v.pipe(
  v.string(PLACE),
  v.check((value) => parseRegistryKey(value) !== undefined, PLACE),
);
const mirrorMembers = v.object({ at: place, tags: v.optional(flag) });
const mirror = v.union([place, onlyMap(mirrorMembers, PLACE)], (issue) =>
  typeof issue.input === "string" ? PLACE : "must be a host, or a map of at: HOST and, if wanted, tags: true",
);
const CREDENTIALS = "must be anonymous, or a map with a source such as { source: docker }";
const credentials = v.union(
  [
    v.literal("anonymous"),
    onlyMap(v.looseObject({ source: text }), CREDENTIALS) as v.GenericSchema<unknown, { source: string }>,
  ],
  CREDENTIALS,
);

const registry = v.object({
  plainHttp: v.optional(flag),
  insecure: v.optional(flag),
  caFile: v.optional(text),
  certFile: v.optional(text),
  keyFile: v.optional(text),
  envelope: v.optional(v.picklist(["native", "compatible"], "must be native or compatible")),
  chunkSize: v.optional(chunk),
  concurrency: v.optional(count),
  rateLimit: v.optional(rate),
  mirrors: v.optional(v.array(mirror, "must be a list of mirrors")),
  credentials: v.optional(credentials),
});
const key = v.pipe(
  v.string(),
  v.check(
    (value) => parseRegistryKey(value) !== undefined,
    "must be a host, with a port if it has one, or a host and a namespace such as ghcr.io/acme",
  ),
);

/** The map from hosts and namespaces to settings. */
export const registriesSchema: v.GenericSchema<
  unknown,
  Readonly<Record<string, UserRegistrySettings>>
> = onlyMap(v.record(key, onlyMap(registry, "must be a map")), "must be a map from host to settings");

function mirrorIssues(value: unknown, path: readonly (string | number)[]): readonly ConfigIssue[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item, index) =>
    unknownKeys(item, [...path, index], Object.keys(mirrorMembers.entries)),
  );
}

/** What the schema cannot say: members that are not known, and those that a namespace cannot have. */
export function registryIssues(value: unknown): readonly ConfigIssue[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.entries(value as Readonly<Record<string, unknown>>).flatMap(([name, settings]) => {
    const path = ["registries", name];
    const issues = [...unknownKeys(settings, path, REGISTRY_MEMBERS)];
    if (typeof settings !== "object" || settings === null) return issues;
    if ("mirrors" in settings) issues.push(...mirrorIssues(settings.mirrors, [...path, "mirrors"]));
    if ("plainHttp" in settings && parseRegistryKey(name)?.namespace !== undefined)
      issues.push({
        path: [...path, "plainHttp"],
        message: `belongs to a host, since one port speaks either http or https: write it under ${name.split("/")[0]}`,
      });
    return issues;
  });
}
