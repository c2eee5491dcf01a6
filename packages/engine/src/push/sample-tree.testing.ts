import { type BundlePath, parseBundlePath, parseLayerName } from "@bale/spec";
import { nodeHasher } from "@bale/storage";
import { noise, text } from "../noise.testing.js";
import { nextTree } from "./next-tree.js";
import type { PushRequest } from "./push-request.js";
import { changeBetween, LAYERS, type Model, type ModelFile, ROLES, TAG } from "./push-world.testing.js";

export const none: Model = new Map();

export function at(path: string): BundlePath {
  return parseBundlePath(path);
}
export function file(layer: string, bytes: Uint8Array, kind: ModelFile["kind"] = "file"): ModelFile {
  return { kind, bytes, layer: parseLayerName(layer) };
}

/** A small tree with a file of every kind: packed, whole, executable, link and empty. */
export const first: Model = new Map([
  [at("code/main.py"), file("code", text(900, 1))],
  [at("code/run.sh"), file("code", text(500, 2), "exec")],
  [at("code/link"), file("code", Buffer.from("main.py"), "link")],
  [at("code/empty"), file("code", new Uint8Array(0))],
  [at("data/model.bin"), file("data", noise(50_000, 3))],
  [at("data/small.json"), file("data", text(300, 4))],
  [at("docs/read.md"), file("docs", text(700, 5))],
]);

/** The same tree with another file at that path, or none. */
export function changed(model: Model, path: string, value: ModelFile | undefined): Model {
  const next = new Map(model);
  if (value) next.set(at(path), value);
  else next.delete(at(path));
  return next;
}

/** A request that leads from `first`, where there is a bundle, to another tree. */
export async function requestFor(
  after: Model,
  current: PushRequest["current"],
  more: Partial<PushRequest> = {},
): Promise<PushRequest> {
  const shared = { roles: ROLES, defaultRole: undefined };
  const change = changeBetween(current ? first : none, after);
  return {
    ...shared,
    current,
    next: await nextTree({ ...shared, current, change, declared: LAYERS, hasher: nodeHasher }),
    held: () => true,
    storeFor: () => undefined,
    stores: new Map(),
    pack: { smallerThan: 2000, target: 6000, compression: "gzip", exact: false },
    envelope: "native",
    artifactType: undefined,
    annotations: {},
    parent: current?.raw.digest ?? "none",
    tags: [{ tag: TAG, expect: current?.raw.digest ?? "absent" }],
    ...more,
  };
}
