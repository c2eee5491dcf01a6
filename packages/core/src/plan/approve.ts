import type { Brand, Result } from "@bale/spec";
import type { Blocked } from "./blocked.js";

/** A plan that may be carried out. Only `approve` makes one, so a plan with something blocked does not type-check as one. */
export type Approved<Plan> = Brand<Plan, "Approved">;

/** Approves a plan in which nothing is blocked; else hands back what is. */
export function approve<Plan extends { readonly blocked: readonly Blocked[] }>(
  plan: Plan,
): Result<Approved<Plan>, readonly Blocked[]> {
  return plan.blocked.length === 0
    ? { ok: true, value: plan as Approved<Plan> }
    : { ok: false, error: plan.blocked };
}
