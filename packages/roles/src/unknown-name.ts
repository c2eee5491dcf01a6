import { BaleError, comparePaths, type RoleName } from "@bale/spec";
import type { SelectableBundle } from "./selection.js";

/** Where a name that the bundle lacks came from. */
export type Origin = "request" | "remembered" | "default-role" | "bundle";

const LIFT = "use --role all for everything";

/** A role that the bundle does not declare. */
export function unknownRole(name: string, bundle: SelectableBundle, from: Origin): BaleError {
  const there = [...bundle.roles.keys()].sort(comparePaths);
  return new BaleError({
    code: "ROLE_UNKNOWN",
    message: `no role ${quote(name)}`,
    why: `${origin(from)}${roleReason(there, bundle.foreign === true)}`,
    fix: there.length === 0 ? LIFT : `name one of ${there.join(", ")}, or ${LIFT}`,
    context: { role: name.slice(0, 80), roles: there },
  });
}

/** A layer that the bundle does not have; `role`: the role that names it. */
export function unknownLayer(
  name: string,
  bundle: SelectableBundle,
  from: Origin,
  role?: RoleName,
): BaleError {
  const there = [...bundle.layers].sort(comparePaths);
  const list =
    there.length === 0 ? "the bundle has no layers" : `the bundle has the layers ${there.join(", ")}`;
  return new BaleError({
    code: "LAYER_UNKNOWN",
    message: `no layer ${quote(name)}`,
    why: `${role === undefined ? origin(from) : `role ${role} names it, but `}${list}`,
    fix: there.length === 0 || role !== undefined ? LIFT : `name one of ${there.join(", ")}, or ${LIFT}`,
    context: { layer: name.slice(0, 80), layers: there, ...(role !== undefined && { role }) },
  });
}

function roleReason(there: readonly string[], foreign: boolean): string {
  if (foreign) return "the artifact was not made by bale and has no index, so that it has no roles";
  return there.length === 0 ? "the bundle declares no roles" : `the bundle has the roles ${there.join(", ")}`;
}

function origin(from: Origin): string {
  switch (from) {
    case "remembered":
      return "it is remembered from an earlier command, but ";
    case "default-role":
      return "the bundle names it as its default role, but ";
    default:
      return "";
  }
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}
