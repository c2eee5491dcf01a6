import type { Situation } from "./situation.testing.js";

/** What each command makes of a situation. Ways out that are not written down do as the plain pull, and `force` as the push. */
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
const r = (name: string, situation: Situation): Row => ({ name, situation, pull: "", push: "" });
export const ROWS: readonly Row[] = [
  r("in sync: the same change on both sides", { base: { a: "1" }, here: { a: "2" }, there: { a: "2" } }),
  r("in sync: gone on both sides", { base: { a: "1", b: "1" }, here: { a: null }, there: { a: null } }),
  r("in sync: the same file added on both sides", { here: { a: "1" }, there: { a: "1" } }),
  r("remote change: changed there", { base: { a: "1" }, there: { a: "2" } }),
  r("remote change: removed there", { base: { "d/a": "1", b: "1" }, there: { "d/a": null } }),
  r("remote change: new there", { base: { b: "1" }, there: { a: "1" } }),
  r("remote change: executable there", { base: { a: "1" }, there: { a: "x:1" } }),
  r("remote change: a link there", { base: { a: "1", b: "1" }, there: { a: "->b" } }),
  r("local change: changed here", { base: { a: "1" }, here: { a: "2" } }),
  r("local change: added here", { base: { b: "1" }, here: { a: "1" } }),
  r("local change: deleted here", { base: { a: "1", b: "1" }, here: { a: null } }),
  r("local change: removed, and still on disk", { base: { a: "1", b: "1" }, removed: ["a"] }),
  r("local change: removed, and changed on disk since", { base: { a: "1", b: "1" }, removed: ["a"], untracked: { a: "2" } }),
  r("local change: executable here", { base: { a: "1" }, here: { a: "x:1" } }),
  r("conflict: changed on both sides", { base: { a: "1" }, here: { a: "2" }, there: { a: "3" } }),
  r("conflict: changed here, removed there", { base: { a: "1", b: "1" }, here: { a: "2" }, there: { a: null } }),
  r("conflict: deleted here, changed there", { base: { a: "1", b: "1" }, here: { a: null }, there: { a: "2" } }),
  r("conflict: added on both sides with different bytes", { here: { a: "1" }, there: { a: "2" } }),
  r("adopt: the same bytes in the way", { there: { a: "1" }, untracked: { a: "1" } }),
  r("collision: other bytes in the way", { there: { a: "1" }, untracked: { a: "2" } }),
  r("collision: the same bytes with another executable bit in the way", { there: { a: "1" }, untracked: { a: "x:1" } }),
  r("conflict: removed here, changed there, still on disk", { base: { a: "1", b: "1" }, removed: ["a"], there: { a: "2" } }),
  r("conflict: removed here, changed there to the very bytes on disk", { base: { a: "1", b: "1" }, removed: ["a"], untracked: { a: "2" }, there: { a: "2" } }),
  r("clash: a file added here, a folder there", { base: { b: "1" }, here: { a: "1" }, there: { "a/x": "2" } }),
  r("clash: a folder added here, a file there", { base: { b: "1" }, here: { "a/x": "1" }, there: { a: "2" } }),
  r("clash: an untracked file in the way of a folder there", { base: { b: "1" }, untracked: { a: "1" }, there: { "a/x": "2", "a/y": "3" } }),
  r("clash: a folder with untracked files in the way of a file there", { base: { b: "1" }, untracked: { "a/u": "1" }, there: { a: "2" } }),
  r("clash: a changed file here became a folder there", { base: { a: "1", b: "1" }, here: { a: "2" }, there: { a: null, "a/x": "3" } }),
  r("no clash: an unchanged file here became a folder there", { base: { a: "1", b: "1" }, there: { a: null, "a/x": "3" } }),
  r("no clash: an unchanged folder here became a file there", { base: { "a/x": "1", b: "1" }, there: { "a/x": null, a: "3" } }),
  r("clash: an unchanged folder here with an untracked file became a file there", { base: { "a/x": "1", b: "1" }, untracked: { "a/u": "9" }, there: { "a/x": null, a: "3" } }),
];
