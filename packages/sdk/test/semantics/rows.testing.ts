import type { Situation } from "./situation.testing.js";

/**
 * What each command makes of a situation, as `situation.testing.ts` writes it. `theirs` also stands for `--overwrite`. Ways out that are not
 * written down do as the plain pull, `mirror` as `theirs`, and `force` as the push.
 */
export interface Row {
  readonly name: string;
  readonly situation: Situation;
  readonly pull: string;
  readonly theirs?: string;
  readonly ours?: string;
  readonly mirror?: string;
  readonly restore?: string;
  readonly push: string;
  readonly force?: string;
}

/** W = R, and W = B ≠ R. */
export const REMOTE_ROWS: readonly Row[] = [
  {
    name: "in sync: the same change on both sides",
    situation: { base: { a: "1" }, here: { a: "2" }, there: { a: "2" } },
    pull: "a=2",
    push: "nothing-to-do, remote a=2",
  },
  {
    name: "in sync: gone on both sides",
    situation: { base: { a: "1", b: "1" }, here: { a: null }, there: { a: null } },
    pull: "b=1",
    push: "nothing-to-do, remote b=1",
  },
  {
    name: "in sync: the same file added on both sides",
    situation: { here: { a: "1" }, there: { a: "1" } },
    pull: "a=1",
    push: "nothing-to-do, remote a=1",
  },
  {
    name: "remote change: changed there",
    situation: { base: { a: "1" }, there: { a: "2" } },
    pull: "a=2",
    ours: "a=1 | then a local-change",
    push: "PUSH_REFUSED: a",
    force: "remote a=1",
  },
  {
    name: "remote change: removed there",
    situation: { base: { "d/a": "1", b: "1" }, there: { "d/a": null } },
    pull: "b=1",
    ours: "b=1 d/a=1 | then d/a local-change",
    push: "PUSH_REFUSED: d/a",
    force: "remote b=1 d/a=1",
  },
  {
    name: "remote change: new there",
    situation: { base: { b: "1" }, there: { a: "1" } },
    pull: "a=1 b=1",
    push: "nothing-to-do, remote a=1 b=1 | then a remote-change",
  },
  {
    name: "remote change: executable there",
    situation: { base: { a: "1" }, there: { a: "x:1" } },
    pull: "a=x:1",
    ours: "a=1 | then a local-change",
    push: "PUSH_REFUSED: a",
    force: "remote a=1",
  },
  {
    name: "remote change: a link there",
    situation: { base: { a: "1", b: "1" }, there: { a: "->b" } },
    pull: "a=->b b=1",
    ours: "a=1 b=1 | then a local-change",
    push: "PUSH_REFUSED: a",
    force: "remote a=1 b=1",
  },
];

/** R = B ≠ W. */
export const LOCAL_ROWS: readonly Row[] = [
  {
    name: "local change: changed here",
    situation: { base: { a: "1" }, here: { a: "2" } },
    pull: "a=2 | then a local-change",
    theirs: "a=1 | kept 2",
    push: "remote a=2",
  },
  {
    name: "local change: added here",
    situation: { base: { b: "1" }, here: { a: "1" } },
    pull: "a=1 b=1 | then a local-change",
    mirror: "b=1 | kept 1",
    push: "remote a=1 b=1",
  },
  {
    name: "local change: deleted here",
    situation: { base: { a: "1", b: "1" }, here: { a: null } },
    pull: "b=1 | then a local-change",
    theirs: "a=1 b=1",
    restore: "a=1 b=1",
    push: "remote b=1",
  },
  {
    name: "local change: removed, and still on disk",
    situation: { base: { a: "1", b: "1" }, removed: ["a"] },
    pull: "a=1 b=1 | then a local-change",
    theirs: "a=1 b=1",
    restore: "a=1 b=1",
    push: "remote b=1",
  },
  {
    name: "local change: removed, and changed on disk since",
    situation: { base: { a: "1", b: "1" }, removed: ["a"], untracked: { a: "2" } },
    pull: "a=2 b=1 | then a local-change",
    theirs: "a=1 b=1 | kept 2",
    restore: "PULL_REFUSED: a",
    push: "remote b=1",
  },
  {
    name: "local change: executable here",
    situation: { base: { a: "1" }, here: { a: "x:1" } },
    pull: "a=x:1 | then a local-change",
    theirs: "a=1",
    push: "remote a=x:1",
  },
];

/** B, W and R all differ. */
export const CONFLICT_ROWS: readonly Row[] = [
  {
    name: "conflict: changed on both sides",
    situation: { base: { a: "1" }, here: { a: "2" }, there: { a: "3" } },
    pull: "PULL_REFUSED: a",
    theirs: "a=3 | kept 2",
    ours: "a=2 | then a local-change",
    push: "PUSH_REFUSED: a",
    force: "remote a=2",
  },
  {
    name: "conflict: changed here, removed there",
    situation: { base: { a: "1", b: "1" }, here: { a: "2" }, there: { a: null } },
    pull: "PULL_REFUSED: a",
    theirs: "b=1 | kept 2",
    ours: "a=2 b=1 | then a local-change",
    push: "PUSH_REFUSED: a",
    force: "remote a=2 b=1",
  },
  {
    name: "conflict: deleted here, changed there",
    situation: { base: { a: "1", b: "1" }, here: { a: null }, there: { a: "2" } },
    pull: "PULL_REFUSED: a",
    theirs: "a=2 b=1",
    ours: "b=1 | then a local-change",
    push: "PUSH_REFUSED: a",
    force: "remote b=1",
  },
  {
    name: "conflict: added on both sides with different bytes",
    situation: { here: { a: "1" }, there: { a: "2" } },
    pull: "PULL_REFUSED: a",
    theirs: "a=2 | kept 1",
    ours: "a=1 | then a local-change",
    push: "PUSH_REFUSED: a",
    force: "remote a=1",
  },
];

/** Something that is not tracked is in the way, or a file meets a folder. */
export const IN_THE_WAY_ROWS: readonly Row[] = [
  {
    name: "adopt: the same bytes in the way",
    situation: { there: { a: "1" }, untracked: { a: "1" } },
    pull: "a=1",
    push: "nothing-to-do, remote a=1",
  },
  {
    name: "collision: other bytes in the way",
    situation: { there: { a: "1" }, untracked: { a: "2" } },
    pull: "PULL_REFUSED: a",
    theirs: "a=1 | kept 2",
    ours: "a=2 | then a local-change",
    push: "PUSH_REFUSED: a",
    force: "nothing-to-do, remote a=1 | then a collision",
  },
  {
    name: "collision: the same bytes with another executable bit in the way",
    situation: { there: { a: "1" }, untracked: { a: "x:1" } },
    pull: "PULL_REFUSED: a",
    theirs: "a=1 | kept x:1",
    ours: "a=x:1 | then a local-change",
    push: "PUSH_REFUSED: a",
    force: "nothing-to-do, remote a=1 | then a collision",
  },
  {
    name: "conflict: removed here, changed there, still on disk",
    situation: { base: { a: "1", b: "1" }, removed: ["a"], there: { a: "2" } },
    pull: "PULL_REFUSED: a",
    theirs: "a=2 b=1 | kept 1",
    ours: "a=1 b=1 | then a local-change",
    push: "PUSH_REFUSED: a",
    force: "remote b=1",
  },
  {
    name: "conflict: removed here, changed there to the very bytes on disk",
    situation: { base: { a: "1", b: "1" }, removed: ["a"], untracked: { a: "2" }, there: { a: "2" } },
    pull: "PULL_REFUSED: a",
    theirs: "a=2 b=1",
    ours: "a=2 b=1 | then a local-change",
    push: "PUSH_REFUSED: a",
    force: "remote b=1",
  },
  {
    name: "clash: a file added here, a folder there",
    situation: { base: { b: "1" }, here: { a: "1" }, there: { "a/x": "2" } },
    pull: "PULL_REFUSED: a/x",
    theirs: "a/x=2 b=1 | kept 1",
    ours: "a=1 b=1 | then a local-change, a/x local-change",
    push: "PUSH_REFUSED: a",
  },
  {
    name: "clash: a folder added here, a file there",
    situation: { base: { b: "1" }, here: { "a/x": "1" }, there: { a: "2" } },
    pull: "PULL_REFUSED: a",
    theirs: "a=2 b=1 | kept 1",
    ours: "a/x=1 b=1 | then a local-change, a/x local-change",
    push: "PUSH_REFUSED: a/x",
  },
  {
    name: "clash: an untracked file in the way of a folder there",
    situation: { base: { b: "1" }, untracked: { a: "1" }, there: { "a/x": "2", "a/y": "3" } },
    pull: "PULL_REFUSED: a/x a/y",
    theirs: "a/x=2 a/y=3 b=1 | kept 1",
    ours: "a=1 b=1 | then a/x local-change, a/y local-change",
    push: "PUSH_REFUSED: a/x a/y",
    force: "nothing-to-do, remote a/x=2 a/y=3 b=1 | then a/x collision, a/y collision",
  },
  {
    name: "clash: a folder with untracked files in the way of a file there",
    situation: { base: { b: "1" }, untracked: { "a/u": "1" }, there: { a: "2" } },
    pull: "PULL_REFUSED: a",
    ours: "a/u=1 b=1 | then a local-change",
    push: "PUSH_REFUSED: a",
    force: "nothing-to-do, remote a=2 b=1 | then a collision",
  },
  {
    name: "clash: a changed file here became a folder there",
    situation: { base: { a: "1", b: "1" }, here: { a: "2" }, there: { a: null, "a/x": "3" } },
    pull: "PULL_REFUSED: a a/x",
    theirs: "a/x=3 b=1 | kept 2",
    ours: "a=2 b=1 | then a local-change, a/x local-change",
    push: "PUSH_REFUSED: a",
  },
  {
    name: "no clash: an unchanged file here became a folder there",
    situation: { base: { a: "1", b: "1" }, there: { a: null, "a/x": "3" } },
    pull: "a/x=3 b=1",
    ours: "a=1 b=1 | then a local-change, a/x local-change",
    push: "PUSH_REFUSED: a",
  },
  {
    name: "no clash: an unchanged folder here became a file there",
    situation: { base: { "a/x": "1", b: "1" }, there: { "a/x": null, a: "3" } },
    pull: "a=3 b=1",
    ours: "a/x=1 b=1 | then a local-change, a/x local-change",
    push: "PUSH_REFUSED: a/x",
  },
  {
    name: "clash: an unchanged folder here with an untracked file became a file there",
    situation: { base: { "a/x": "1", b: "1" }, untracked: { "a/u": "9" }, there: { "a/x": null, a: "3" } },
    pull: "PULL_REFUSED: a",
    ours: "a/u=9 a/x=1 b=1 | then a local-change, a/x local-change",
    push: "PUSH_REFUSED: a/x",
  },
];
