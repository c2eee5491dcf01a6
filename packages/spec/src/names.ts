import { BaleError } from "./bale-error.js";
import type { Brand } from "./brand.js";

export type LayerName = Brand<string, "LayerName">;
export type RoleName = Brand<string, "RoleName">;
export type StoreName = Brand<string, "StoreName">;

const NAME = /^[a-z][a-z0-9_-]{0,62}$/;

/** The layer of `bale.yaml` and `.baleignore`, part of every selection. */
export const BALE_LAYER: LayerName = "bale" as LayerName;
/** The layer of files that no glob matches. */
export const DEFAULT_LAYER: LayerName = "default" as LayerName;
/** Names that no `bale.yaml` may declare, as layer, role or store. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set(["bale", "all", "default", "registry"]);

/** Whether a string has the form of a layer, role or store name. Keys of JSON that readers refuse cannot be names. */
export function isName(value: unknown): value is string {
  return typeof value === "string" && NAME.test(value) && value !== "constructor" && value !== "prototype";
}

function parse<Name>(value: unknown, what: string): Name {
  if (isName(value)) return value as Name;
  throw new BaleError({
    code: "CONFIG_INVALID",
    message: `not a ${what} name: ${JSON.stringify(String(value).slice(0, 80))}`,
    why: "a name is a lower-case letter and up to 62 letters, digits, hyphens or underscores",
  });
}

/** @throws BaleError `CONFIG_INVALID` */
export function parseLayerName(value: unknown): LayerName {
  return parse<LayerName>(value, "layer");
}
/** @throws BaleError `CONFIG_INVALID` */
export function parseRoleName(value: unknown): RoleName {
  return parse<RoleName>(value, "role");
}
/** @throws BaleError `CONFIG_INVALID` */
export function parseStoreName(value: unknown): StoreName {
  return parse<StoreName>(value, "store");
}
