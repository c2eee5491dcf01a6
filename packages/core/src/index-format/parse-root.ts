import {
  BALE_LAYER,
  DEFAULT_LAYER,
  isName,
  type JsonObject,
  type JsonValue,
  type LayerName,
  type LayerSummary,
  LIMITS,
  RESERVED_NAMES,
  type RoleName,
  type Root,
  type StoreDescription,
  type StoreName,
} from "@bale/spec";
import { createJsonShape, type JsonShape } from "../json/json-shape.js";
import { parseJson } from "../json/parse-json.js";
import { createIndexErrors, type IndexErrors } from "./index-error.js";
import { parseLayerSummary } from "./parse-layer-summary.js";
import { KNOWN_REQUIREMENTS, ROOT_MEMBERS } from "./root-members.js";

const STORE_MEMBER = /^[A-Za-z][A-Za-z0-9_-]{0,62}$/;
const STORE_TEXT_LENGTH = 2_048;
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

const isDeclared = (name: string): boolean => isName(name) && !RESERVED_NAMES.has(name);
const isLayer = (name: string): boolean => isDeclared(name) || name === BALE_LAYER || name === DEFAULT_LAYER;
const quote = (text: string): string => JSON.stringify(text.slice(0, 80));

/**
 * Reads a root that somebody else wrote; its bytes have been checked against their digest. Members that this version does not know are kept.
 * Whether `contentDigest` is that of the layers and roles is `checkContentDigest`'s question.
 * @throws BaleError `INDEX_INVALID`, `LIMIT`, `UNSUPPORTED` (schema version or requirement), and those of `parseBundlePath`
 */
export function parseRoot(bytes: Uint8Array): Root {
  const errors = createIndexErrors("the root of the index");
  const shape = createJsonShape(errors.invalid);
  const json = shape.object(
    parseJson(bytes, { maxBytes: LIMITS.rootBytes, what: "the root of the index" }),
    "it",
  );
  // Version and requirements first: what follows may be laid out otherwise in a newer format.
  const version = shape.count(json["schemaVersion"], "schemaVersion");
  if (version !== 1) throw errors.unsupported(`it has schema version ${version}; this version reads 1`);
  const requires = shape
    .array(json["requires"], "requires")
    .map((name, index) => shape.text(name, `requires[${index}]`));
  const unknownRequirement = requires.find((name) => !KNOWN_REQUIREMENTS.has(name));
  if (unknownRequirement !== undefined)
    throw errors.unsupported(`it requires ${quote(unknownRequirement)}, which this version does not know`);
  const layers = parseLayers(json["layers"], shape, errors);
  const roles = parseRoles(json["roles"], layers, shape, errors);
  return {
    schemaVersion: 1,
    requires,
    contentDigest: shape.digest(json["contentDigest"], "contentDigest"),
    roles,
    defaultRole: parseDefaultRole(json["defaultRole"], roles, shape, errors),
    stores: parseStores(json["stores"], shape, errors),
    layers,
    unknown: unknownMembers(json),
  };
}

function parseLayers(
  value: JsonValue | undefined,
  shape: JsonShape,
  errors: IndexErrors,
): ReadonlyMap<LayerName, LayerSummary> {
  const layers = new Map<LayerName, LayerSummary>();
  let files = 0;
  let tables = 0;
  for (const [name, layer] of Object.entries(shape.object(value, "layers"))) {
    if (!isLayer(name)) throw errors.invalid(`${quote(name)} is no layer name`);
    const summary = parseLayerSummary(layer, `layers.${name}`, shape, errors);
    files += summary.files;
    tables += summary.tables.length;
    if (files > LIMITS.files) throw errors.limit(`it announces more than ${LIMITS.files} files`);
    if (tables > LIMITS.tables) throw errors.limit(`it names more than ${LIMITS.tables} tables`);
    layers.set(name as LayerName, summary);
  }
  return layers;
}

function parseRoles(
  value: JsonValue | undefined,
  layers: ReadonlyMap<LayerName, LayerSummary>,
  shape: JsonShape,
  errors: IndexErrors,
): ReadonlyMap<RoleName, readonly LayerName[]> {
  const roles = new Map<RoleName, readonly LayerName[]>();
  for (const [name, members] of Object.entries(shape.object(value, "roles"))) {
    if (!isDeclared(name)) throw errors.invalid(`${quote(name)} is no role name`);
    const named = new Set<LayerName>();
    for (const member of shape.array(members, `roles.${name}`)) {
      const layer = shape.text(member, `a layer of roles.${name}`) as LayerName;
      // The two reserved layers are in the root only when they hold files, so a role may name one that is not there.
      if (!layers.has(layer) && layer !== DEFAULT_LAYER && layer !== BALE_LAYER)
        throw errors.invalid(`roles.${name} names the layer ${quote(layer)}, which the root does not have`);
      if (named.has(layer)) throw errors.invalid(`roles.${name} names the layer ${quote(layer)} twice`);
      named.add(layer);
    }
    roles.set(name as RoleName, [...named]);
  }
  return roles;
}

function parseDefaultRole(
  value: JsonValue | undefined,
  roles: ReadonlyMap<RoleName, readonly LayerName[]>,
  shape: JsonShape,
  errors: IndexErrors,
): RoleName | undefined {
  if (value === undefined) return undefined;
  const name = shape.text(value, "defaultRole") as RoleName;
  if (!roles.has(name)) throw errors.invalid(`the default role ${quote(name)} is not among the roles`);
  return name;
}

function parseStores(
  value: JsonValue | undefined,
  shape: JsonShape,
  errors: IndexErrors,
): ReadonlyMap<StoreName, StoreDescription> {
  const stores = new Map<StoreName, StoreDescription>();
  for (const [name, store] of Object.entries(shape.object(value, "stores"))) {
    if (!isDeclared(name)) throw errors.invalid(`${quote(name)} is no store name`);
    const description: Record<string, string | number | boolean> = {};
    for (const [member, content] of Object.entries(shape.object(store, `stores.${name}`))) {
      const isScalar =
        typeof content === "number" ||
        typeof content === "boolean" ||
        (typeof content === "string" && content.length <= STORE_TEXT_LENGTH && !CONTROL.test(content));
      if (!STORE_MEMBER.test(member) || !isScalar)
        throw errors.invalid(
          `the member ${quote(member)} of stores.${name} is no short text, number or boolean`,
        );
      description[member] = content;
    }
    const type = shape.text(description["type"], `stores.${name}.type`);
    if (!isName(type)) throw errors.invalid(`stores.${name}.type is no name`);
    stores.set(name as StoreName, { ...description, type });
  }
  return stores;
}

function unknownMembers(json: JsonObject): Readonly<Record<string, JsonValue>> {
  const known = new Set<string>(ROOT_MEMBERS);
  return Object.fromEntries(Object.entries(json).filter(([key]) => !known.has(key)));
}
