import { describe, expect, it } from "vitest";
import { failureOf, hostOf, plugin, recorder, shelf } from "./sample-plugin.testing.js";
import { PLUGIN_ADAPTERS, type PluginAdapter } from "./spec-versions.js";

/** A version that never was: stores were called "shelves", and named by "kind". */
const fromOlder: PluginAdapter = (old) => {
  const { name, shelves } = old as {
    readonly name: string;
    readonly shelves: readonly { readonly kind: string }[];
  };
  return plugin(name, { blobs: shelves.map(({ kind }) => ({ ...shelf(recorder()), scheme: kind })) });
};
const adapters = new Map([
  [1, fromOlder],
  [2, (present: object) => ({ ...present, specVersion: 2 })],
]);

describe("versions of the contract", () => {
  it("1 is the present one, and is taken as it is", () => {
    const present = plugin("a", {});
    expect([...PLUGIN_ADAPTERS.keys()]).toEqual([1]);
    expect(PLUGIN_ADAPTERS.get(1)?.(present)).toBe(present);
  });

  it("an older plugin goes through the adapter of its version", async () => {
    const host = hostOf({ adapters }, { specVersion: 1, name: "old", shelves: [{ kind: "shelf" }] });
    expect(host.plugins()).toMatchObject([{ name: "old", stores: ["shelf"] }]);
    expect(await host.trustOf({ type: "shelf", place: "x" })).toEqual({
      kind: "needs-consent",
      line: "shelf:x",
    });
  });

  it.each([
    [PLUGIN_ADAPTERS, 2, "this bale supports version 1", "update bale"],
    [adapters, 3, "this bale supports versions 1, 2", "update bale"],
    [new Map([[2, (same: object) => same]]), 1, "this bale supports version 2", "update the plugin"],
  ])("one that is not in the table is refused: case %#", (table, specVersion, why, fix) => {
    // Nothing else of it is looked at: its members may mean anything.
    const strange = { specVersion, name: "strange", blobs: "not a list" };
    expect(failureOf(() => hostOf({ adapters: table }, strange))).toMatchObject({
      code: "PLUGIN_INVALID",
      message: expect.stringContaining("strange"),
      why: expect.stringContaining(why),
      fix: expect.stringContaining(fix),
    });
  });

  it("an adapter that throws is a failure of that plugin", () => {
    const table = new Map([[1, fromOlder]]);
    expect(failureOf(() => hostOf({ adapters: table }, { specVersion: 1, name: "bad" }))).toMatchObject({
      code: "PLUGIN_FAILED",
      context: { plugin: "bad" },
    });
  });
});
