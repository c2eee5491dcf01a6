import type { CapabilityFinding, CapabilityState } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { CAPABILITIES, type CapabilityId } from "./capabilities.js";
import { judge } from "./verdict.js";

/** All works but what is named. */
function findings(but: Partial<Record<CapabilityId, CapabilityState>> = {}): readonly CapabilityFinding[] {
  return CAPABILITIES.map(({ id }) => ({ id, state: but[id] ?? "works", line: `line of ${id}`, bale: "" }));
}
const verdict = (but: Partial<Record<CapabilityId, CapabilityState>>) =>
  judge({ findings: findings(but), refusal: undefined });

describe("the verdict", () => {
  it("is ready where all works, and where only habits differ", () => {
    expect(verdict({})).toEqual({ state: "ready", line: "ready: push and pull work", exit: 0 });
    expect(verdict({ etag: "missing", "list-link": "limited", mount: "missing" }).line).toBe(
      "ready: push and pull work",
    );
  });

  it("says what is off beside the main job", () => {
    const off = verdict({ "delete-tag": "missing", "delete-manifest": "missing", referrers: "missing" });
    expect(off).toMatchObject({ state: "ready", exit: 0 });
    expect(off.line).toBe("ready: push and pull work; referrers are kept in a tag, deletes are off");
    expect(verdict({ "delete-tag": "missing" }).line).toBe(
      "ready: push and pull work; deletes of tags are off",
    );
  });

  it("names limits", () => {
    const limited = verdict({ chunks: "missing", range: "limited", "delete-tag": "missing" });
    expect(limited).toMatchObject({ state: "usable with limits", exit: 0 });
    expect(limited.line).toBe(
      "usable with limits: push and pull work; no chunks, no ranges; deletes of tags are off",
    );
    expect(verdict({ "upload-whole": "missing" }).line).toContain("one PUT stores nothing");
  });

  it("is not usable without what push or pull need", () => {
    for (const id of ["blob-read", "manifest-read"] as const)
      expect(verdict({ [id]: "missing" })).toEqual({
        state: "not usable",
        line: `not usable: line of ${id}`,
        exit: 10,
      });
    expect(verdict({ "upload-whole": "missing", chunks: "missing" })).toMatchObject({
      state: "not usable",
      exit: 10,
    });
  });

  it("is not usable where pushes are refused, and says how the pull side is", () => {
    const refusal = { exit: 4, words: "the account may not push here" };
    const said = (but: Partial<Record<CapabilityId, CapabilityState>>) =>
      judge({ findings: findings(but), refusal });
    expect(said({})).toEqual({
      state: "not usable",
      line: "not usable: the account may not push here; pulls work",
      exit: 4,
    });
    expect(said({ "blob-read": "missing" }).line).toContain("pulls do not work either");
    expect(said({ "blob-read": "not tried", "manifest-read": "not tried" }).line).toContain(
      "nothing to read",
    );
  });
});
