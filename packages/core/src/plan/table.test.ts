import { digestFromHex, type FileState } from "@bale/spec";
import { describe, expect, it } from "vitest";
import type { InTheWay } from "../diff/path-change.js";
import { diffOf, type Situation, untracked } from "../diff/trees.testing.js";
import { NO_WAY_OUT } from "./arbitrary-world.testing.js";
import { planPull } from "./plan-pull.js";
import { planPush } from "./plan-push.js";
import type { PullAction, PullPolicy } from "./pull-plan.js";

const remoteManifest = digestFromHex("f".repeat(64));
const everything = (): boolean => true;
const folder = { kind: "folder", holdsUntracked: false } as const;
const strangers = { kind: "folder", holdsUntracked: true } as const;

/** What happens at each path of a situation, by command and way out. `plain` stands for those that are not written down. */
interface Row {
  readonly name: string;
  readonly situation: Situation;
  readonly plain: string;
  readonly theirs?: string;
  readonly mirror?: string;
  readonly ours?: string;
  readonly restore?: string;
  readonly push: string;
  readonly force?: string;
}

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

const ROWS: readonly Row[] = [
  {
    name: "in sync, base older",
    situation: { base: { a: "1" }, local: { a: "2" }, remote: { a: "2" } },
    plain: "a: base 2",
    push: "a: base 2",
  },
  { name: "gone on both sides", situation: { base: { a: "1" } }, plain: "a: forget", push: "a: base none" },
  {
    name: "remote change: changed there",
    situation: { base: { a: "1" }, local: { a: "1" }, remote: { a: "2" } },
    plain: "a: write 2 over 1",
    ours: "a: base 2",
    push: "a: refused remote-change",
    force: "a: send 1",
  },
  {
    name: "remote change: removed there",
    situation: { base: { a: "1" }, local: { a: "1" } },
    plain: "a: delete 1",
    ours: "a: base none",
    push: "a: refused remote-change",
    force: "a: send 1",
  },
  {
    name: "remote change: moved to another selected layer there, without a byte on the way",
    situation: { base: { a: "1" }, local: { a: "1" }, remote: { a: "1@data" } },
    plain: "a: adopt 1",
    ours: "a: base 1",
    push: "a: refused remote-change",
    force: "a: send 1",
  },
  {
    name: "remote change: moved out of the selection there",
    situation: { base: { a: "1" }, local: { a: "1" }, remote: { a: "1@data" }, selected: ["code"] },
    plain: "a: delete 1",
    ours: "a: base 1",
    push: "a: refused remote-change",
    force: "a: send 1",
  },
  {
    name: "remote change: new there, not held",
    situation: { remote: { a: "1" } },
    plain: "a: write 1",
    push: "",
  },
  {
    name: "remote change: new there, where only an empty folder is",
    situation: { remote: { a: "1" }, inTheWay: { a: folder } },
    plain: "a: write 1 over folder",
    push: "",
  },
  {
    name: "remote change: tracked here before any synchronisation, deleted, and there",
    situation: { remote: { a: "1" }, held: ["a"] },
    plain: "a: write 1",
    ours: "a: base 1",
    push: "a: refused remote-change",
    force: "a: drop",
  },
  {
    name: "remote change of a held path whose layer is not selected",
    situation: { base: { a: "1@data" }, local: { a: "1@data" }, remote: { a: "2@data" }, selected: ["code"] },
    plain: "a: write 2 over 1",
    ours: "a: base 2",
    push: "a: refused remote-change",
    force: "a: send 1",
  },
  {
    name: "local change: changed here",
    situation: { base: { a: "1" }, local: { a: "2" }, remote: { a: "1" } },
    plain: "",
    theirs: "a: write 1 over 2, kept",
    push: "a: send 2",
  },
  {
    name: "local change: deleted here",
    situation: { base: { a: "1" }, remote: { a: "1" } },
    plain: "",
    theirs: "a: write 1",
    restore: "a: write 1",
    push: "a: drop",
  },
  {
    name: "local change: removed, still on disk",
    situation: { base: { a: "1" }, remote: { a: "1" }, inTheWay: { a: untracked("1") } },
    plain: "",
    theirs: "a: adopt 1",
    restore: "a: adopt 1",
    push: "a: drop",
  },
  {
    name: "local change: removed, and changed on disk since",
    situation: { base: { a: "1" }, remote: { a: "1" }, inTheWay: { a: untracked("2") } },
    plain: "",
    theirs: "a: write 1 over 2, kept",
    restore: "a: refused collision",
    push: "a: drop",
  },
  {
    name: "local change: deleted, a folder with untracked files in its place",
    situation: { base: { a: "1" }, remote: { a: "1" }, inTheWay: { a: strangers } },
    plain: "",
    theirs: "a: refused collision clash",
    restore: "a: refused collision clash",
    push: "a: drop",
  },
  {
    name: "local change: added here",
    situation: { local: { a: "1" } },
    plain: "",
    mirror: "a: delete 1, kept",
    push: "a: send 1",
  },
  {
    name: "local change: moved to another layer here",
    situation: { base: { a: "1" }, local: { a: "1@data" }, remote: { a: "1" } },
    plain: "",
    theirs: "a: adopt 1",
    push: "a: send 1",
  },
  {
    name: "conflict: changed here and there",
    situation: { base: { a: "1" }, local: { a: "2" }, remote: { a: "3" } },
    plain: "a: refused conflict",
    theirs: "a: write 3 over 2, kept",
    ours: "a: base 3",
    push: "a: refused conflict",
    force: "a: send 2",
  },
  {
    name: "conflict: added here and there",
    situation: { local: { a: "2" }, remote: { a: "3" } },
    plain: "a: refused conflict",
    theirs: "a: write 3 over 2, kept",
    ours: "a: base 3",
    push: "a: refused conflict",
    force: "a: send 2",
  },
  {
    name: "conflict: changed here, removed there",
    situation: { base: { a: "1" }, local: { a: "2" } },
    plain: "a: refused conflict",
    theirs: "a: delete 2, kept",
    ours: "a: base none",
    push: "a: refused conflict",
    force: "a: send 2",
  },
  {
    name: "conflict: deleted here, changed there",
    situation: { base: { a: "1" }, remote: { a: "2" } },
    plain: "a: refused conflict",
    theirs: "a: write 2",
    ours: "a: base 2",
    push: "a: refused conflict",
    force: "a: drop",
  },
  {
    name: "conflict: changed here, moved out of the selection there",
    situation: { base: { a: "1" }, local: { a: "2" }, remote: { a: "1@data" }, selected: ["code"] },
    plain: "a: refused conflict",
    theirs: "a: delete 2, kept",
    ours: "a: base 1",
    push: "a: refused conflict",
    force: "a: send 2",
  },
  {
    name: "conflict: deleted here, moved out of the selection there",
    situation: { base: { a: "1" }, remote: { a: "1@data" }, selected: ["code"] },
    plain: "a: refused conflict",
    theirs: "a: forget",
    ours: "a: base 1",
    push: "a: refused conflict",
    force: "a: drop",
  },
  {
    name: "adopt: the same bytes in the way",
    situation: { remote: { a: "1" }, inTheWay: { a: untracked("1") } },
    plain: "a: adopt 1",
    push: "a: adopt",
  },
  {
    name: "collision: other bytes in the way",
    situation: { remote: { a: "1" }, inTheWay: { a: untracked("2") } },
    plain: "a: refused collision",
    theirs: "a: write 1 over 2, kept",
    ours: "a: base 1, tracked",
    push: "",
  },
  {
    name: "collision: a device in the way",
    situation: { remote: { a: "1" }, inTheWay: { a: { kind: "special" } } },
    plain: "a: refused collision",
    ours: "a: base 1",
    push: "",
  },
  {
    name: "conflict: removed here, changed there, the file still in the way",
    situation: { base: { a: "1" }, remote: { a: "2" }, inTheWay: { a: untracked("1") } },
    plain: "a: refused conflict",
    theirs: "a: write 2 over 1, kept",
    ours: "a: base 2",
    push: "a: refused conflict",
    force: "a: drop",
  },
  {
    name: "clash: a folder with untracked files in the way",
    situation: { remote: { a: "1" }, inTheWay: { a: strangers } },
    plain: "a: refused collision clash",
    ours: "a: base 1",
    push: "",
  },
  {
    name: "clash: tracked but replaced by a folder with untracked files, changed there",
    situation: { base: { a: "1" }, remote: { a: "2" }, inTheWay: { a: strangers } },
    plain: "a: refused conflict clash",
    ours: "a: base 2",
    push: "a: refused conflict clash",
    force: "a: drop",
  },
  {
    name: "clash: a parent is an untracked file",
    situation: { remote: { "a/x": "1" }, inTheWay: { "a/x": { kind: "parent-is-file", path: "a" } } },
    plain: "a/x: refused collision clash",
    theirs: "a/x: write 1 over parent-is-file, kept",
    ours: "a/x: base 1",
    push: "",
  },
  {
    name: "clash: files added here, a file there",
    situation: { local: { "a/x": "1", "a/y": "2" }, remote: { a: "3" }, inTheWay: { a: folder } },
    plain: "a: refused collision clash",
    theirs: "a/x: delete 1, kept; a/y: delete 2, kept; a: write 3 over folder",
    ours: "a: base 3",
    push: "a/x: refused collision clash; a/y: refused collision clash",
  },
  {
    name: "clash: a file added here, a folder there",
    situation: { local: { a: "3" }, remote: { "a/x": "1", "a/y": "2" } },
    plain: "a/x: refused collision clash; a/y: refused collision clash",
    theirs: "a: delete 3, kept; a/x: write 1; a/y: write 2",
    ours: "a/x: base 1; a/y: base 2",
    push: "a: refused collision clash",
  },
  {
    name: "clash: a file edited here, replaced by a folder there",
    situation: { base: { a: "1" }, local: { a: "2" }, remote: { "a/x": "3" } },
    plain: "a: refused conflict clash; a/x: refused collision clash",
    theirs: "a: delete 2, kept; a/x: write 3",
    ours: "a: base none; a/x: base 3",
    push: "a: refused conflict clash",
    force: "a: refused collision clash",
  },
  {
    name: "no clash: unchanged here, a file replaced by a folder there",
    situation: { base: { a: "1" }, local: { a: "1" }, remote: { "a/x": "3" } },
    plain: "a: delete 1; a/x: write 3",
    ours: "a: base none; a/x: base 3",
    push: "a: refused remote-change",
    force: "a: refused collision clash",
  },
  {
    name: "no clash: a file replaced by a folder here alone",
    situation: { base: { a: "1" }, local: { "a/x": "2" }, remote: { a: "1" }, inTheWay: { a: folder } },
    plain: "",
    theirs: "a/x: delete 2, kept; a: write 1 over folder",
    restore: "a: refused collision clash",
    push: "a/x: send 2; a: drop",
  },
  {
    name: "diverged: a file that nobody touched here is gone there",
    situation: { base: { a: "1" }, local: { a: "1" }, diverged: true },
    plain: "a: refused diverged",
    theirs: "a: delete 1, kept",
    ours: "a: base none",
    push: "a: refused diverged",
    force: "a: send 1",
  },
  {
    name: "diverged: a local change",
    situation: { base: { a: "1" }, local: { a: "2" }, remote: { a: "1" }, diverged: true },
    plain: "a: refused diverged",
    theirs: "a: write 1 over 2, kept",
    ours: "",
    push: "a: refused diverged",
    force: "a: send 2",
  },
  {
    name: "diverged: equal here and there",
    situation: { base: { a: "1" }, local: { a: "2" }, remote: { a: "2" }, diverged: true },
    plain: "a: base 2",
    push: "a: base 2",
  },
  {
    name: "remote behind: what is newer here stays and moves the tag forward",
    situation: {
      base: { a: "2", c: "2" },
      local: { a: "2", b: "1" },
      remote: { a: "1", c: "1" },
      remoteBehind: true,
    },
    plain: "",
    theirs: "a: write 1 over 2, kept; c: write 1",
    mirror: "b: delete 1, kept; a: write 1 over 2, kept; c: write 1",
    restore: "c: write 1",
    push: "a: send 2; b: send 1; c: drop",
  },
  {
    name: "remote behind: deleted here, and in a layer there that is not selected",
    situation: { base: { a: "1" }, remote: { a: "1@data" }, selected: ["code"], remoteBehind: true },
    plain: "",
    theirs: "a: forget",
    push: "a: drop",
  },
  {
    name: "remote absent: everything here is sent",
    situation: { base: { a: "1" }, local: { a: "1", b: "2" }, remoteAbsent: true },
    plain: "",
    mirror: "a: delete 1, kept; b: delete 2, kept",
    push: "a: send 1; b: send 2",
  },
  {
    name: "not held and not selected",
    situation: { remote: { a: "1@data" }, selected: ["code"], inTheWay: { a: untracked("2") } },
    plain: "",
    push: "",
  },
  {
    name: "not held and not selected, and impossible beside a file from here",
    situation: { local: { "a/x": "1" }, remote: { a: "1@data" }, selected: ["code"] },
    plain: "",
    mirror: "a/x: delete 1, kept",
    push: "a/x: refused collision clash",
  },
];

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
