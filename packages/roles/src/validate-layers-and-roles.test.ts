import { describe, expect, it } from "vitest";
import type { Declarations } from "./declarations.js";
import { validateLayersAndRoles } from "./validate-layers-and-roles.js";

const LAYERS = [
  { name: "code", globs: ["src/**"] },
  { name: "data", globs: ["data/**"] },
] as const;

function issues(declarations: Partial<Declarations>): string[] {
  return validateLayersAndRoles({ layers: LAYERS, roles: [], ...declarations }).map(
    ({ path, message }) => `${path.join(".")}: ${message}`,
  );
}

describe("validateLayersAndRoles", () => {
  it("finds nothing wrong with a good file; a role may name default, and may be empty", () => {
    const roles = [
      { name: "runtime", layers: ["code", "default"] },
      { name: "nothing", layers: [] },
    ];
    expect(issues({ roles, defaultRole: "runtime" })).toEqual([]);
    expect(validateLayersAndRoles({ layers: [], roles: [] })).toEqual([]);
  });
  it.each(["bale", "all", "default", "registry"])(
    "refuses the reserved name %s for layers and roles",
    (name) => {
      expect(issues({ layers: [{ name, globs: ["a"] }] })).toEqual([
        `layers.${name}: "${name}" is reserved and cannot name a layer`,
      ]);
      expect(issues({ roles: [{ name, layers: ["code"] }] })).toEqual([
        `roles.${name}: "${name}" is reserved and cannot name a role`,
      ]);
    },
  );
  it.each(["Code", "1a", "-a", "a b", "", "a".repeat(64), "é"])("refuses the form of %j", (name) => {
    expect(issues({ layers: [{ name, globs: ["a"] }] })).toHaveLength(1);
    expect(issues({ roles: [{ name, layers: [] }] })).toHaveLength(1);
  });
  it("refuses layers without globs, globs that are none, and names declared twice", () => {
    const layers = [
      { name: "code", globs: [] },
      { name: "data", globs: ["ok", "a[", "/abs"] },
      { name: "data", globs: ["x"] },
    ];
    const found = validateLayersAndRoles({ layers, roles: [] });
    expect(found.map(({ path }) => path)).toEqual([
      ["layers", "data"],
      ["layers", "code"],
      ["layers", "data", 1],
      ["layers", "data", 2],
    ]);
  });
  it("refuses roles that name a missing layer, bale, or a layer twice, naming the layers there are", () => {
    expect(issues({ roles: [{ name: "runtime", layers: ["code", "models", "bale", "code"] }] })).toEqual([
      'roles.runtime.1: there is no layer "models"; there are code, data, default',
      'roles.runtime.2: every role includes the layer "bale" already',
      'roles.runtime.3: role "runtime" names layer "code" twice',
    ]);
  });
  it("refuses a default role that is not declared", () => {
    expect(issues({ roles: [{ name: "runtime", layers: ["code"] }], defaultRole: "run" })).toEqual([
      'defaultRole: there is no role "run"; there are runtime',
    ]);
    expect(issues({ defaultRole: "all" })).toEqual(['defaultRole: there is no role "all"']);
  });
  it("reports everything at once", () => {
    expect(
      issues({
        layers: [{ name: "all", globs: ["../x"] }],
        roles: [{ name: "R", layers: ["gone"] }],
        defaultRole: "other",
      }),
    ).toHaveLength(5);
  });
});
