import { BaleError, exitCodeOf, parseLayerName, parseRoleName } from "@bale/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveSelection } from "./resolve-selection.js";
import type { SelectableBundle, SelectionRequest } from "./selection.js";

const names = (list: string) => list.split(" ").map(parseLayerName);
const roles = new Map([
  [parseRoleName("runtime"), names("code config")],
  [parseRoleName("training"), names("code config data default")],
  [parseRoleName("empty"), []],
  [parseRoleName("broken"), names("code gone")],
]);
const BUNDLE: SelectableBundle = { layers: new Set(names("bale code config data")), roles };
const WITH_DEFAULT: SelectableBundle = { ...BUNDLE, defaultRole: parseRoleName("runtime") };

function resolve(request: Partial<SelectionRequest>, bundle: SelectableBundle = BUNDLE) {
  const resolved = resolveSelection({ roles: [], layers: [], ...request }, bundle);
  return { ...resolved, layers: [...resolved.layers].join(" "), leftOut: resolved.leftOut.join(" ") };
}

function refused(request: Partial<SelectionRequest>, bundle: SelectableBundle = BUNDLE): BaleError {
  try {
    resolve(request, bundle);
  } catch (error) {
    if (BaleError.is(error)) return error;
    throw error;
  }
  throw new Error("was not refused");
}

describe("resolveSelection", () => {
  it("takes the requested role, with bale, and says what is left out", () => {
    expect(resolve({ roles: ["runtime"] })).toMatchObject({
      kind: "some",
      role: "runtime",
      layers: "bale code config",
      leftOut: "data",
      from: "request",
      selection: { kind: "some", roles: ["runtime"], layers: [] },
    });
  });
  it("unites roles and layers, and names no single role then", () => {
    const both = resolve({ roles: ["runtime", "runtime"], layers: ["data"] });
    expect(both).toMatchObject({ layers: "bale code config data", leftOut: "", roles: ["runtime"] });
    expect(both.role).toBeUndefined();
    expect(both.selection).toEqual({ kind: "some", roles: ["runtime"], layers: ["data"] });
    expect(resolve({ layers: ["data"] })).toMatchObject({ layers: "bale data", leftOut: "code config" });
  });
  it("falls back to what is remembered, then the default role, then everything", () => {
    const remembered = { kind: "some", roles: [], layers: names("data") } as const;
    expect(resolve({ roles: ["runtime"], remembered }, WITH_DEFAULT)).toMatchObject({
      from: "request",
      leftOut: "data",
    });
    expect(resolve({ remembered }, WITH_DEFAULT)).toMatchObject({ from: "remembered", layers: "bale data" });
    expect(resolve({}, WITH_DEFAULT)).toMatchObject({ from: "default-role", role: "runtime" });
    expect(resolve({})).toMatchObject({
      kind: "all",
      from: "everything",
      leftOut: "",
      layers: "bale code config data",
    });
  });
  it("lifts everything with all, also past the default role and when remembered", () => {
    const remembered = { kind: "some", roles: [parseRoleName("runtime")], layers: [] } as const;
    const lifted = resolve({ roles: ["all"], remembered }, WITH_DEFAULT);
    expect(lifted).toMatchObject({ kind: "all", from: "request", leftOut: "", selection: { kind: "all" } });
    expect(resolve({ remembered: lifted.selection }, WITH_DEFAULT)).toMatchObject({
      kind: "all",
      from: "remembered",
    });
    expect(resolve({ roles: ["all", "runtime"] })).toMatchObject({ kind: "all" });
  });
  it("takes a remembered role as it is declared now", () => {
    const remembered = { kind: "some", roles: [parseRoleName("runtime")], layers: [] } as const;
    const now = { ...BUNDLE, roles: new Map([[parseRoleName("runtime"), names("code data")]]) };
    expect(resolve({ remembered }, now).layers).toBe("bale code data");
  });
  it("takes an empty role as bale alone, never as everything", () => {
    expect(resolve({ roles: ["empty"] })).toMatchObject({
      kind: "some",
      layers: "bale",
      leftOut: "code config data",
    });
  });
  it("knows default and bale in every bundle", () => {
    expect(resolve({ layers: ["default", "bale"] }).layers).toBe("bale default");
    expect(resolve({ roles: ["training"] }).layers).toBe("bale code config data default");
  });
  it("refuses an unknown role with exit 11, listing those there are", () => {
    const error = refused({ roles: ["runtme"] });
    expect([error.code, exitCodeOf(error)]).toEqual(["ROLE_UNKNOWN", 11]);
    expect(error.why).toBe("the bundle has the roles broken, empty, runtime, training");
    expect(error.context).toEqual({ role: "runtme", roles: ["broken", "empty", "runtime", "training"] });
  });
  it("refuses an unknown layer with exit 11, listing those there are", () => {
    const error = refused({ layers: ["dta"] });
    expect([error.code, exitCodeOf(error)]).toEqual(["LAYER_UNKNOWN", 11]);
    expect(error.why).toBe("the bundle has the layers bale, code, config, data");
  });
  it("refuses a role that names a layer the bundle lacks, only when it is asked for", () => {
    const error = refused({ roles: ["broken"] });
    expect(error.code).toBe("LAYER_UNKNOWN");
    expect(error.why).toContain("role broken names it");
    expect(error.context).toMatchObject({ role: "broken", layer: "gone" });
  });
  it("says why an artifact of another tool has no role, and lets it be taken whole", () => {
    const foreign: SelectableBundle = { layers: new Set(names("default")), roles: new Map(), foreign: true };
    const error = refused({ roles: ["runtime"] }, foreign);
    expect(error.code).toBe("ROLE_UNKNOWN");
    expect(error.why).toContain("no index");
    expect(resolve({}, foreign)).toMatchObject({ kind: "all", layers: "bale default" });
    expect(refused({ roles: ["runtime"] }, { ...foreign, foreign: false }).why).toBe(
      "the bundle declares no roles",
    );
  });
  it("never turns a remembered or default role that is gone into everything", () => {
    const remembered = { kind: "some", roles: [parseRoleName("gone")], layers: [] } as const;
    expect(refused({ remembered }).why).toContain("remembered");
    expect(refused({}, { ...BUNDLE, defaultRole: parseRoleName("gone") }).why).toContain("default role");
  });
  it("does not take names of objects for roles", () => {
    for (const name of ["constructor", "__proto__", "toString"])
      expect(refused({ roles: [name] }).code).toBe("ROLE_UNKNOWN");
  });
  it("selects and leaves out disjoint layers that together are the bundle's", () => {
    const layer = fc.constantFrom(...names("a b c d"));
    const bundle = fc.record({
      layers: fc.uniqueArray(layer),
      declared: fc.dictionary(fc.constantFrom("r", "s"), fc.uniqueArray(layer)),
    });
    fc.assert(
      fc.property(
        bundle,
        fc.subarray(["r", "s"]),
        fc.subarray(["a", "b"]),
        ({ layers, declared }, wanted, extra) => {
          const offered: SelectableBundle = {
            layers: new Set([...layers, ...Object.values(declared).flat(), ...extra.map(parseLayerName)]),
            roles: new Map(Object.entries(declared).map(([name, list]) => [parseRoleName(name), list])),
          };
          const known = wanted.filter((name) => name in declared);
          fc.pre(known.length + extra.length > 0);
          const resolved = resolveSelection({ roles: known, layers: extra }, offered);
          expect(resolved.leftOut.filter((name) => resolved.layers.has(name))).toEqual([]);
          expect([...resolved.layers, ...resolved.leftOut].sort()).toEqual(
            [...offered.layers, "bale"].sort(),
          );
          const asked = [...known.flatMap((name) => declared[name] ?? []), ...extra, "bale"];
          expect([...resolved.layers].sort()).toEqual([...new Set<string>(asked)].sort());
        },
      ),
      { numRuns: 500 },
    );
  });
});
