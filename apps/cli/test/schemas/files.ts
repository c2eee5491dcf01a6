import { plan } from "./plan-schema.js";
import type { Schema } from "./schema.js";

// The grammars of the parsers, as far as a schema can say them; what spans several keys is the parsers' own.
const NAME = "^(?!(?:bale|all|default|registry)$)[a-z][a-z0-9_-]{0,62}$";
const LAYER = "^(?!(?:bale|all|registry)$)[a-z][a-z0-9_-]{0,62}$";
const ANY_LAYER = "^(?!(?:all|registry)$)[a-z][a-z0-9_-]{0,62}$";
const DIGEST = "^sha256:[0-9a-f]{64}$";
const SIZE = "^[0-9]{1,15}(?:\\.[0-9]{1,6})? ?(?:[kKmMgGtT]?[iI]?[bB])?$";
const MEDIA_TYPE = "^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}$";
const PACKAGE = "^(?:@[a-z0-9~-][a-z0-9._~-]*/)?[a-z0-9~-][a-z0-9._~-]*$";

const text = (description: string): Schema => ({ type: "string", minLength: 1, description });
const size = (description: string): Schema => ({
  description,
  anyOf: [
    { type: "string", pattern: SIZE },
    { type: "number", minimum: 0 },
  ],
});
const mediaType = (description: string): Schema => ({ type: "string", pattern: MEDIA_TYPE, description });
const names = (pattern: string): Schema => ({ pattern });
const whole: Schema = { type: "integer", minimum: 0 };
const closed = (properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});

const store: Schema = {
  type: "object",
  properties: { type: text("the kind of store: s3, fs, azure, gcs, oci, or what a plugin adds") },
  required: ["type"],
  additionalProperties: { type: ["string", "number", "boolean"] },
  propertyNames: {
    not: {
      pattern:
        "[sS][eE][cC][rR][eE][tT]|[pP][aA][sS][sS][wW]|[tT][oO][kK][eE][nN]|[cC][rR][eE][dD][eE][nN][tT][iI][aA][lL]|[sS][aA][sS]",
    },
  },
};

const baleYaml: Schema = {
  title: "bale.yaml",
  description: "Declarations of a bundle: layers, roles, stores and packs. It travels with the bundle.",
  ...closed({
    ref: text("the first upstream: [registry/][namespace/]name[:tag]"),
    artifactType: mediaType("artifactType of the manifest; default application/vnd.bale.bundle.v1"),
    artifact_type: mediaType("an alias of artifactType"),
    layers: {
      description: "layer to globs; of several that match a path, the first in this file's order decides",
      type: "object",
      propertyNames: names(NAME),
      additionalProperties: {
        anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }],
      },
    },
    roles: {
      description: "role to layers: what a machine that pulls the role gets",
      type: "object",
      propertyNames: names(NAME),
      additionalProperties: { type: "array", items: { type: "string", pattern: LAYER } },
    },
    defaultRole: text("the role of a pull that names none"),
    storage: {
      description: "where the content of files goes",
      ...closed({
        stores: {
          description: "name to store; never a secret: credentials come from the environment of each machine",
          type: "object",
          propertyNames: names(NAME),
          additionalProperties: store,
        },
        rules: {
          description:
            "the first rule that matches decides; without one, the registry. They act on new content only.",
          type: "array",
          items: closed(
            {
              match: text("glob of whole paths"),
              largerThan: size("for files larger than this: 50MB is 50,000,000 bytes, 1MiB is 1,048,576"),
              store: text("a store of storage.stores, or registry"),
            },
            ["store"],
          ),
        },
      }),
    },
    pack: {
      description: "how small files are kept together",
      ...closed({
        smallerThan: size("files below this size are packed; default 1MiB"),
        target: size("size that a pack aims at; default 32MiB"),
        compression: { enum: ["gzip", "none"], description: "default gzip" },
        exact: {
          type: "boolean",
          description: "every push can be unpacked by other tools from its manifest alone",
        },
      }),
    },
    annotations: {
      description: "annotations of every manifest that is pushed",
      type: "object",
      propertyNames: { not: { pattern: "^dev\\.bale\\.|^org\\.opencontainers\\.image\\.title$" } },
      additionalProperties: { type: "string" },
    },
    plugins: {
      description: "packages that the bundle needs; loaded only where the user allowed them",
      type: "array",
      items: { type: "string", pattern: PACKAGE },
    },
  }),
};

const table = closed(
  { digest: { type: "string", pattern: DIGEST }, size: whole, files: whole, first: { type: "string" } },
  ["digest", "size", "files", "first"],
);

const bundleRoot: Schema = {
  title: "application/vnd.bale.index.v1+json",
  description: "The root of a bundle's index. Members that a reader does not know are kept.",
  type: "object",
  properties: {
    schemaVersion: { const: 1 },
    requires: {
      type: "array",
      items: { type: "string" },
      description: "a name that is not known is refused",
    },
    contentDigest: { type: "string", pattern: DIGEST },
    roles: {
      type: "object",
      propertyNames: names(NAME),
      additionalProperties: { type: "array", items: { type: "string" }, uniqueItems: true },
    },
    defaultRole: { type: "string" },
    stores: {
      type: "object",
      propertyNames: names(NAME),
      additionalProperties: {
        type: "object",
        properties: { type: { type: "string" } },
        required: ["type"],
        additionalProperties: { type: ["string", "number", "boolean"] },
      },
    },
    layers: {
      type: "object",
      propertyNames: names(ANY_LAYER),
      additionalProperties: {
        type: "object",
        properties: {
          digest: { type: "string", pattern: DIGEST },
          files: whole,
          size: whole,
          tables: { type: "array", items: table },
        },
        required: ["digest", "files", "size", "tables"],
      },
    },
  },
  required: ["schemaVersion", "requires", "contentDigest", "roles", "stores", "layers"],
};

/** Schemas of files, by the name of the schema's file without its ending. */
export const FILES: Readonly<Record<string, Schema>> = {
  "bale-yaml": baleYaml,
  "bundle-root": bundleRoot,
  plan: { title: "a plan of bale push --plan or bale pull --plan", ...plan },
};

export function fileSchema(name: string): Schema {
  return { $schema: "https://json-schema.org/draft/2020-12/schema", ...FILES[name] };
}
