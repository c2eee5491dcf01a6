import type { BundlePath, LayerName, RoleName } from "@bale/spec";
import type { VersionStep } from "./next-version.js";

/** What two versions of a bundle have, as far as a version number speaks of it. */
export interface VersionShape {
  readonly layers: ReadonlySet<LayerName>;
  readonly roles: ReadonlyMap<RoleName, readonly LayerName[]>;
}
export interface AutoStepInput {
  readonly before: VersionShape;
  readonly after: VersionShape;
  /** Paths of the new version that are not in the old one, in path order. */
  readonly added: Iterable<BundlePath>;
  /** Paths of the old version that are not in the new one, in path order; a rename is one of these and one added. */
  readonly removed: Iterable<BundlePath>;
  /** Paths that are in another layer now, in path order: a role may have lost them. */
  readonly moved: Iterable<BundlePath>;
}
export interface AutoStep {
  readonly step: VersionStep;
  /** One line, for people: what decided it. */
  readonly reason: string;
}

function first(paths: Iterable<BundlePath>): BundlePath | undefined {
  for (const path of paths) return path;
  return undefined;
}

function missing<Name>(from: Iterable<Name>, there: { has(name: Name): boolean }): Name | undefined {
  for (const name of from) if (!there.has(name)) return name;
  return undefined;
}

/** The first layer that a role has in `from` and no longer in `to`. */
function lostLayer(
  from: VersionShape["roles"],
  to: VersionShape["roles"],
): { readonly role: RoleName; readonly layer: LayerName } | undefined {
  for (const [role, layers] of from) {
    const kept = new Set(to.get(role));
    const layer = to.has(role) ? missing(layers, kept) : undefined;
    if (layer !== undefined) return { role, layer };
  }
  return undefined;
}

function whatIsGone({ before, after, removed, moved }: AutoStepInput): string | undefined {
  const path = first(removed);
  if (path !== undefined) return `the path ${path} was removed or renamed`;
  const layer = missing(before.layers, after.layers);
  if (layer !== undefined) return `the layer ${layer} was removed or renamed`;
  const role = missing(before.roles.keys(), after.roles);
  if (role !== undefined) return `the role ${role} was removed or renamed`;
  const lost = lostLayer(before.roles, after.roles);
  if (lost) return `the role ${lost.role} has no longer the layer ${lost.layer}`;
  const other = first(moved);
  return other === undefined ? undefined : `the path ${other} moved to another layer`;
}

function whatIsNew({ before, after, added }: AutoStepInput): string | undefined {
  const path = first(added);
  if (path !== undefined) return `the path ${path} was added`;
  const layer = missing(after.layers, before.layers);
  if (layer !== undefined) return `the layer ${layer} was added`;
  const role = missing(after.roles.keys(), before.roles);
  if (role !== undefined) return `the role ${role} was added`;
  const gained = lostLayer(after.roles, before.roles);
  return gained && `the role ${gained.role} has the layer ${gained.layer} now`;
}

/**
 * The step that a change asks for, and why: what somebody may rely on is gone, major; something is new, minor; else patch.
 * Looks at no more of each list than its first path.
 */
export function autoStep(input: AutoStepInput): AutoStep {
  const gone = whatIsGone(input);
  if (gone !== undefined) return { step: "major", reason: gone };
  const fresh = whatIsNew(input);
  if (fresh !== undefined) return { step: "minor", reason: fresh };
  return { step: "patch", reason: "only contents changed" };
}
