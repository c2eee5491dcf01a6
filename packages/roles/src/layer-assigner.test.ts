import { parseLayerName } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { createLayerAssigner } from "./layer-assigner.js";

const layers = (declared: Record<string, readonly string[]>) =>
  Object.entries(declared).map(([name, globs]) => ({ name: parseLayerName(name), globs }));

describe("createLayerAssigner", () => {
  it("takes the first layer in the file's order that matches, and default when none does", () => {
    const assign = createLayerAssigner(
      layers({ code: ["src/**", "*.py"], data: ["src/data/**", "data/**"] }),
    );
    expect(["src/a.py", "run.py", "src/data/x", "data/x", "notes.md"].map(assign)).toEqual([
      "code",
      "code",
      "code",
      "data",
      "default",
    ]);
    const reversed = createLayerAssigner(layers({ data: ["src/data/**"], code: ["src/**"] }));
    expect(reversed("src/data/x")).toBe("data");
  });
  it("puts the declaring files at the root into bale, whatever the globs say, and no others", () => {
    const assign = createLayerAssigner(layers({ code: ["**"] }));
    expect(["bale.yaml", ".baleignore", "sub/bale.yaml", "sub/.baleignore", "Bale.yaml"].map(assign)).toEqual(
      ["bale", "bale", "code", "code", "code"],
    );
  });
  it("without layers assigns everything to default", () => {
    expect(createLayerAssigner([])("a/b")).toBe("default");
  });
});
