import { canonicalJson, parseJson } from "@bale/core";
import { BaleError, isDigest, type JsonValue, LIMITS } from "@bale/spec";
import type { PlanDocument } from "./plan-types.js";

const MOST_BYTES = LIMITS.tableDecodedBytes;

function invalid(why: string): BaleError {
  return new BaleError({
    code: "USAGE",
    message: "not a plan that bale can carry out",
    why,
    fix: "make one: `bale push --plan FILE` or `bale pull --plan FILE`",
  });
}

/** The text of a plan's file: one for each plan, so that two can be compared. */
export function formatPlan(plan: PlanDocument): Uint8Array {
  const value = JSON.parse(JSON.stringify(plan)) as JsonValue;
  return new TextEncoder().encode(`${new TextDecoder().decode(canonicalJson(value))}\n`);
}

/**
 * Reads a plan. Its members are compared, one by one, with what would be done now before anything is done, so that only what decides the comparison
 * is looked at here.
 * @throws BaleError `USAGE`, `UNSUPPORTED` for one of a later version, `LIMIT`
 */
export function parsePlan(bytes: Uint8Array): PlanDocument {
  let value: JsonValue;
  try {
    value = parseJson(bytes, { maxBytes: MOST_BYTES, what: "the plan" });
  } catch (error) {
    if (BaleError.is(error, "LIMIT")) throw error;
    throw invalid("it is no JSON, or has something twice");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid("it is no object");
  const { schemaVersion, kind, manifest, options, reference, contentDigest } = value as Readonly<
    Record<string, JsonValue>
  >;
  if (typeof schemaVersion === "number" && schemaVersion > 1)
    throw new BaleError({
      code: "UNSUPPORTED",
      message: "the plan was written by a newer bale",
      why: `it has schema version ${schemaVersion}; this version reads 1`,
      fix: "update bale, or make the plan anew",
    });
  if (schemaVersion !== 1) throw invalid("it has no schemaVersion");
  if (kind !== "push" && kind !== "pull") throw invalid('its kind is neither "push" nor "pull"');
  if (typeof reference !== "string" || !isDigest(manifest) || !isDigest(contentDigest))
    throw invalid("it names no reference, no manifest or no content digest");
  if (typeof options !== "object" || options === null || Array.isArray(options))
    throw invalid("it has no options");
  return value as unknown as PlanDocument;
}

/** What differs between a plan and what would be done now, apart from predictions; `undefined`: nothing. */
export function planDifference(planned: PlanDocument, now: PlanDocument): string | undefined {
  const members = (plan: PlanDocument): Readonly<Record<string, JsonValue>> =>
    JSON.parse(JSON.stringify(plan)) as Record<string, JsonValue>;
  const [before, after] = [members(planned), members(now)];
  // A tag that moved explains all the rest.
  for (const name of new Set(["remote", "tags", ...Object.keys(before), ...Object.keys(after)])) {
    if (name === "predicted") continue;
    const [was, is] = [before[name], after[name]].map((value) =>
      value === undefined ? "" : new TextDecoder().decode(canonicalJson(value)),
    );
    if (was !== is) return name;
  }
  return undefined;
}
