import { compileGlob } from "@bale/roles";
import { BaleError, isName, parseMediaType, parseReference, RESERVED_NAMES } from "@bale/spec";
import * as v from "valibot";
import { parseByteSize } from "../config/byte-size.js";
import { checkForm, type FormResult, onlyMap } from "../config/check-form.js";
import { isPackageName } from "../config/package-name.js";
import { DEFAULT_PACK, type PackSettings } from "./project.js";

const MIB = 1024 * 1024;
const text = v.pipe(v.string("must be text"), v.minLength(1, "must not be empty"));

/** Runs a parser of the contract package and takes its reason as the message. */
function accepts(parse: (value: string) => unknown): (value: string) => string | undefined {
  return (value) => {
    try {
      parse(value);
      return undefined;
    } catch (error) {
      return BaleError.is(error) ? (error.why ?? error.message) : String(error);
    }
  };
}

function checked(parse: (value: string) => unknown, what: string) {
  const problem = accepts(parse);
  return v.pipe(
    text,
    v.rawCheck(({ dataset, addIssue }) => {
      const found = dataset.typed ? problem(dataset.value) : undefined;
      if (found !== undefined) addIssue({ message: `${what}: ${found}` });
    }),
  );
}

/** A name of the grammar that is not reserved; `default` may be a role's layer, `registry` a rule's store. */
export function nameProblem(name: string, what: string): string | undefined {
  if (RESERVED_NAMES.has(name)) return `the name ${name} is reserved`;
  return isName(name)
    ? undefined
    : `not a ${what} name: a lower-case letter and up to 62 letters, digits, hyphens or underscores`;
}

function named(what: string) {
  return v.pipe(
    v.string(),
    v.rawCheck(({ dataset, addIssue }) => {
      const problem = dataset.typed ? nameProblem(dataset.value, what) : undefined;
      if (problem !== undefined) addIssue({ message: problem });
    }),
  );
}

const byteSize = v.pipe(
  v.union([v.string(), v.number()], "must be a size such as 50MB or 1MiB"),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const bytes = parseByteSize(dataset.value);
    if (bytes !== undefined) return bytes;
    addIssue({ message: "must be a size such as 50MB or 1MiB" });
    return NEVER;
  }),
);

const glob = checked(compileGlob, "not a glob");
// Names and globs of layers and roles are judged where their meaning is known, in one pass over all of them.
const globs = v.union(
  [
    v.array(v.string()),
    v.pipe(
      v.string(),
      v.transform((one) => [one]),
    ),
  ],
  "must be a glob or a list of globs",
);
const scalar = v.union([v.string(), v.number(), v.boolean()], "must be text, a number, true or false");
const store = onlyMap(
  v.intersect([
    v.record(v.string(), scalar),
    v.object({ type: v.string("must name the kind of store: s3, fs, azure, gcs or oci") }),
  ]),
  "must be a map with type and the members of that type",
);
const rule = onlyMap(
  v.object({
    match: v.optional(glob),
    largerThan: v.optional(byteSize),
    store: v.string("must name a store of storage.stores, or registry"),
  }),
  "must be a map with store, and match or largerThan or both",
);

/** The keys of each part, for the search for unknown ones. */
export const PROJECT_KEYS = {
  root: [
    "ref",
    "artifactType",
    "artifact_type",
    "layers",
    "roles",
    "defaultRole",
    "storage",
    "pack",
    "annotations",
    "plugins",
  ],
  storage: ["stores", "rules"],
  rule: ["match", "largerThan", "store"],
  pack: ["smallerThan", "target", "compression", "exact"],
} as const;

const mediaType = checked(parseMediaType, "not a media type");
const boundedTarget = v.pipe(
  byteSize,
  v.minValue(64 * 1024, "must be at least 64KiB"),
  v.maxValue(4096 * MIB, "must be at most 4GiB"),
);

const layers = onlyMap(v.record(v.string(), globs), "must be a map from layer to globs");
const roles = onlyMap(
  v.record(v.string(), v.array(text, "must be a list of layers")),
  "must be a map from role to layers",
);
const storage = onlyMap(
  v.object({
    stores: v.optional(onlyMap(v.record(named("store"), store), "must be a map from name to store"), {}),
    rules: v.optional(v.array(rule, "must be a list of rules"), []),
  }),
  "must be a map with stores and rules",
);
const pack = onlyMap(
  v.object({
    smallerThan: v.optional(byteSize, DEFAULT_PACK.smallerThan),
    target: v.optional(boundedTarget, DEFAULT_PACK.target),
    compression: v.optional(v.picklist(["gzip", "none"], "must be gzip or none"), "gzip"),
    exact: v.optional(v.boolean("must be true or false"), false),
  }),
  "must be a map",
);
const annotations = onlyMap(v.record(v.string(), v.string("must be text")), "must be a map from key to text");
const plugins = v.array(
  v.pipe(
    v.string("must be the name of a package"),
    v.check(isPackageName, "must be the name of a package: no code comes with a bundle"),
  ),
  "must be a list of packages",
);

/** What `bale.yaml` may hold. What belongs together across keys is checked afterwards. */
const projectSchema = onlyMap(
  v.object({
    // A short name is completed later, from the user's configuration: here only the grammar counts.
    ref: v.optional(
      checked((value) => parseReference(value, { defaultRegistry: "localhost" }), "not a reference"),
    ),
    artifactType: v.optional(mediaType),
    artifact_type: v.optional(mediaType),
    layers: v.optional(layers, {}),
    roles: v.optional(roles, {}),
    defaultRole: v.optional(text),
    storage: v.optional(storage, {}),
    pack: v.optional(pack, {}),
    annotations: v.optional(annotations, {}),
    plugins: v.optional(plugins),
  }),
  "must be a map of keys",
);

/** A `bale.yaml` whose every value has the right form. */
export interface ProjectInput {
  readonly ref?: string | undefined;
  readonly artifactType?: string | undefined;
  readonly artifact_type?: string | undefined;
  readonly layers: Readonly<Record<string, readonly string[]>>;
  readonly roles: Readonly<Record<string, readonly string[]>>;
  readonly defaultRole?: string | undefined;
  readonly storage: {
    readonly stores: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;
    readonly rules: readonly {
      readonly match?: string | undefined;
      readonly largerThan?: number | undefined;
      readonly store: string;
    }[];
  };
  readonly pack: PackSettings;
  readonly annotations: Readonly<Record<string, string>>;
  readonly plugins?: readonly string[] | undefined;
}

/** Checks the form of every value, and fills in defaults. */
export function checkProjectForm(value: unknown): FormResult<ProjectInput> {
  return checkForm(projectSchema, value);
}
