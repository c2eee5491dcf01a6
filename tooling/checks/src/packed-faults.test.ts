import { describe, expect, it } from "vitest";
import { packedFaults } from "./packed-faults.mjs";

const manifest = JSON.stringify({
  exports: { ".": "./dist/index.js" },
  dependencies: { "@bale/spec": "^1.0.0" },
});
const good = {
  "package.json": manifest,
  "README.md": "",
  LICENSE: "",
  "dist/index.js": "",
  "dist/a/b.d.ts": "",
};

const faults = (files: Record<string, string>) =>
  packedFaults(new Map(Object.entries(files).map(([name, text]) => [`package/${name}`, Buffer.from(text)])));

describe("a packed package", () => {
  it("is right with its built files, manifest, licence and readme", () => {
    expect(faults(good)).toEqual([]);
  });

  it("is wrong without a licence", () => {
    expect(faults({ "package.json": manifest, "README.md": "" })).toEqual(["no package/LICENSE"]);
  });

  it.each(["src/index.ts", "dist/index.tsbuildinfo", ".env"])("is wrong with %s in it", (name) => {
    expect(faults({ ...good, [name]: "" })).toEqual([`unexpected file package/${name}`]);
  });

  it("is wrong with what only the workspace understands", () => {
    const source = manifest.replace('"."', '"bale-source"');
    const version = manifest.replace("^1", "workspace:^1");
    expect(faults({ ...good, "package.json": source })).toEqual(["the condition bale-source is published"]);
    expect(faults({ ...good, "package.json": version })).toEqual(["a version is still workspace:"]);
  });
});
