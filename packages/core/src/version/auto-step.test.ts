import { type BundlePath, type LayerName, parseLayerName, parseRoleName, type RoleName } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { type AutoStepInput, autoStep, type VersionShape } from "./auto-step.js";

function shape(layers: readonly string[], roles: Readonly<Record<string, readonly string[]>>): VersionShape {
  return {
    layers: new Set(layers.map((name): LayerName => parseLayerName(name))),
    roles: new Map(
      Object.entries(roles).map(([name, list]): [RoleName, LayerName[]] => [
        parseRoleName(name),
        list.map((layer) => parseLayerName(layer)),
      ]),
    ),
  };
}
const SAME = shape(["code", "data"], { runtime: ["code"] });
const paths = (...names: string[]): BundlePath[] => names as BundlePath[];
const step = (input: Partial<AutoStepInput>) =>
  autoStep({ before: SAME, after: SAME, added: [], removed: [], moved: [], ...input });

describe("the step that a change asks for", () => {
  it.each<readonly [string, Partial<AutoStepInput>, string, string]>([
    ["only contents", {}, "patch", "only contents changed"],
    ["a new path", { added: paths("a", "b") }, "minor", "the path a was added"],
    ["a path that is gone", { removed: paths("x") }, "major", "the path x was removed or renamed"],
    [
      "a rename, which is one gone and one new",
      { added: paths("b"), removed: paths("a") },
      "major",
      "the path a was removed or renamed",
    ],
    ["a path in another layer", { moved: paths("m") }, "major", "the path m moved to another layer"],
    [
      "a layer that is gone",
      { after: shape(["code"], { runtime: ["code"] }) },
      "major",
      "the layer data was removed or renamed",
    ],
    [
      "a new layer",
      { after: shape(["code", "data", "more"], { runtime: ["code"] }) },
      "minor",
      "the layer more was added",
    ],
    ["a role that is gone", { after: shape(["code", "data"], {}) }, "major", "the role runtime was removed"],
    [
      "a new role",
      { after: shape(["code", "data"], { runtime: ["code"], train: ["code", "data"] }) },
      "minor",
      "the role train was added",
    ],
    [
      "a role with a layer less",
      { after: shape(["code", "data"], { runtime: [] }) },
      "major",
      "the role runtime has no longer the layer code",
    ],
    [
      "a role with a layer more",
      { after: shape(["code", "data"], { runtime: ["code", "data"] }) },
      "minor",
      "the role runtime has the layer data now",
    ],
    [
      "something new beside something gone",
      { added: paths("n"), after: shape(["data"], { runtime: ["code"] }) },
      "major",
      "the layer code was removed or renamed",
    ],
  ])("%s", (_what, input, expected, reason) => {
    const found = step(input);
    expect(found.step).toBe(expected);
    expect(found.reason).toContain(reason);
  });

  it("is found from the first path of each list, however long that is", () => {
    function* endless(): Iterable<BundlePath> {
      for (;;) yield "p" as BundlePath;
    }
    expect(step({ added: endless() }).step).toBe("minor");
    expect(step({ removed: endless() }).step).toBe("major");
  });
});
