import type { PackPlan } from "@bale/core";
import { BaleError, type LayerName } from "@bale/spec";
import type { Bundle } from "../bundle/bundle.js";
import type { PackForm } from "./build-pack.js";
import { hasStalePack, hasWholeFile, isWholeFile } from "./manifest-blobs.js";
import type { PushRequest } from "./push-request.js";
import { storesUsed } from "./store-places.js";

const EXECUTABLE = "an executable lies outside of a pack, where other tools lose its mode";
const EXTERNAL = "a blob lies in an external store, which other tools do not read";

const PLAIN = "packs without compression are plain tars, which oras does not unpack";

/** Without compression, an exact push still writes gzip members, which compress nothing: oras 1.3 takes what it unpacks for gzip. */
export function packForm({ pack }: Pick<PushRequest, "pack">): PackForm {
  return pack.compression === "none" && pack.exact ? "stored" : pack.compression;
}

function carriedLayers(request: PushRequest): readonly LayerName[] {
  return [...request.next.layers.values()].flatMap(({ name, files }) => (files === undefined ? [name] : []));
}

/** Of layers that are carried unread only the manifest is known; but what it does not tell was right when the whole tree was exact. */
async function whyCarriedInexact(
  current: Bundle,
  layers: readonly LayerName[],
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  if (layers.length === 0 || current.manifest?.exact) return undefined;
  const stale = layers.find((layer) => hasStalePack(current, layer));
  if (stale !== undefined) return `a pack of layer ${stale} holds stale entries`;
  if (current.root.stores.size > 0) return EXTERNAL;
  // Kinds stand in tables alone. They are asked only here, where all else is exact.
  const rows = await current.rows(
    layers.filter((layer) => hasWholeFile(current, layer)),
    { signal },
  );
  for (const { row } of rows) if (row.kind === "exec" && isWholeFile(row)) return EXECUTABLE;
  return undefined;
}

/**
 * What keeps other tools from recreating the tree from the manifest that this push will write; `undefined` when it is exact: every pack
 * entry is live, and every file in the registry, executables in packs.
 */
export async function whyInexact(
  request: PushRequest,
  plan: PackPlan,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const stale = plan.notExact.filter(({ reason }) => reason === "stale-entries").length;
  if (stale > 0)
    return `${stale} packs hold stale entries, and this workspace does not have all of their files`;
  if (plan.notExact.length > 0) return EXECUTABLE;
  if (storesUsed(plan).size > 0) return EXTERNAL;
  if (packForm(request) === "none" && plan.packs.length > 0) return PLAIN;
  return request.current && whyCarriedInexact(request.current, carriedLayers(request), signal);
}

export function cannotBeExact(why: string): BaleError {
  return new BaleError({
    code: "REGISTRY_LIMIT",
    message: "the push cannot be exact",
    why,
    fix: "pull every role first, or push without --exact",
  });
}
