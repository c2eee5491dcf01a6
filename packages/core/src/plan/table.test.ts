import { digestFromHex, type FileState } from "@bale/spec";
import { describe, expect, it } from "vitest";
import type { InTheWay } from "../diff/path-change.js";
import { diffOf, type Situation } from "../diff/trees.testing.js";
import { NO_WAY_OUT } from "./arbitrary-world.testing.js";
import { planPull } from "./plan-pull.js";
import { planPush } from "./plan-push.js";
import type { PullAction, PullPolicy } from "./pull-plan.js";
import { ROWS } from "./table-rows.testing.js";

const remoteManifest = digestFromHex("f".repeat(64));
const everything = (): boolean => true;

function digit(state: FileState | { readonly digest: string }): string {
  return state.digest.slice(-1);
}

function expectation(expected: FileState | "absent" | InTheWay): string {
  if (expected === "absent") return "";
  return "digest" in expected ? ` over ${digit(expected)}` : ` over ${expected.kind}`;
}

function describeAction(action: PullAction): string {
  switch (action.type) {
    case "write":
      return `write ${digit(action.state)}${expectation(action.expect)}${action.keepOld ? ", kept" : ""}`;
    case "delete":
      return `delete ${digit(action.expect)}${action.keepOld ? ", kept" : ""}`;
    case "adopt":
      return `adopt ${digit(action.state)}`;
    case "set-base":
      return `base ${action.base === undefined ? "none" : digit(action.base)}${action.track === true ? ", tracked" : ""}`;
    case "forget":
      return "forget";
  }
}

function pull(situation: Situation, policy: Partial<PullPolicy>): string {
  const plan = planPull({ diff: diffOf(situation), policy: { ...NO_WAY_OUT, ...policy }, remoteManifest });
  return [
    ...plan.actions.map((action) => `${action.path}: ${describeAction(action)}`),
    ...plan.blocked.map(
      ({ path, verdict, clash }) => `${path}: refused ${verdict}${clash === true ? " clash" : ""}`,
    ),
  ].join("; ");
}

function push(situation: Situation, force: boolean): string {
  const plan = planPush({ diff: diffOf(situation), policy: { force } });
  if (plan.blocked.length > 0)
    return plan.blocked
      .map(({ path, verdict, clash }) => `${path}: refused ${verdict}${clash === true ? " clash" : ""}`)
      .join("; ");
  return [
    ...[...plan.upserts].map(([path, state]) => `${path}: send ${digit(state)}`),
    ...plan.deletes.map((path) => `${path}: drop`),
    ...plan.adopts.map(({ path }) => `${path}: adopt`),
    ...plan.repairs.map(({ path, base }) => `${path}: base ${base === undefined ? "none" : digit(base)}`),
  ].join("; ");
}

describe.each(ROWS)("$name", (row) => {
  const theirs = row.theirs ?? row.plain;
  it.each([
    ["plain", {}, row.plain],
    ["--theirs", { theirs: everything }, theirs],
    ["--overwrite", { overwrite: true }, theirs],
    ["--overwrite --restore", { overwrite: true, restore: true }, theirs],
    ["--mirror", { mirror: true }, row.mirror ?? theirs],
    ["--ours", { ours: everything }, row.ours ?? row.plain],
    ["--ours --overwrite", { ours: everything, overwrite: true }, row.ours ?? row.plain],
    ["--restore", { restore: true }, row.restore ?? row.plain],
    ["--path elsewhere", { path: () => false, overwrite: true }, ""],
  ] as const)("pull %s", (_name, policy, expected) => {
    expect(pull(row.situation, policy)).toBe(expected);
  });
  it.each([
    ["plain", false, row.push],
    ["--force", true, row.force ?? row.push],
  ] as const)("push %s", (_name, force, expected) => {
    expect(push(row.situation, force)).toBe(expected);
  });
});
