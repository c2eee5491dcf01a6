import { digest, either, flag, list, map, object, oneOf, type Schema, text, whole } from "./schema.js";

export const kind: Schema = oneOf("file", "exec", "link");
export const fileState: Schema = object({ digest, size: whole, kind, layer: text });
const verdict = oneOf("in-sync", "local-change", "remote-change", "conflict", "adopt", "collision");
const inTheWay = object(
  { kind: oneOf("file", "exec", "link", "folder", "special", "parent-is-file") },
  { digest, size: whole, holdsUntracked: flag, path: text },
);
/** One path at which the working tree, its base and the remote are not simply equal. */
export const pathChange: Schema = object(
  { path: text, verdict, held: flag, selected: flag },
  {
    base: fileState,
    local: fileState,
    remote: fileState,
    clash: flag,
    clashesWith: text,
    carriedClash: text,
    renamedFrom: text,
    movedOut: flag,
    inTheWay,
  },
);
export const lineage: Schema = object(
  { relation: oneOf("same", "newer", "behind", "diverged", "unknown") },
  { reason: text },
);
export const blocked: Schema = object(
  {
    path: text,
    verdict: oneOf("in-sync", "local-change", "remote-change", "conflict", "adopt", "collision", "diverged"),
    reason: text,
  },
  { clash: flag },
);
export const treeProblem: Schema = object({ path: text, code: text, why: text });
export const untracked: Schema = object({ path: text, kind, size: whole });
export const listedFile: Schema = object(
  { path: text, kind, size: whole, digest, layer: text, stores: list(text) },
  { target: text },
);
const layerMembers = { name: text, files: whole, size: whole, digest, storedSize: whole };
export const shownLayer: Schema = object(layerMembers);
export const storedLayer: Schema = object({
  ...layerMembers,
  stores: list(object({ store: text, blobs: whole, bytes: whole })),
});
export const pullCost: Schema = object({ requests: whole, bytes: whole });
const roleMembers = { name: text, layers: list(text), files: whole, size: whole };
export const shownRole: Schema = object(roleMembers);
export const pulledRole: Schema = object({ ...roleMembers, pull: pullCost });
export const annotations: Schema = map(text);
export const pushedTag: Schema = object(
  { tag: text, outcome: oneOf("moved", "unchanged"), guarantee: oneOf("atomic", "checked") },
  { previous: digest },
);
export const parent: Schema = either(digest, { const: "none" });
