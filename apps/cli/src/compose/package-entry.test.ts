import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { packageEntry } from "./package-entry.js";

const folder = resolve("/packages/one");
const nested = { node: { require: "./a.cjs", import: "./b.js" }, default: "./c.js" };

it.each<[Readonly<Record<string, unknown>>, string | undefined]>([
  [{}, "index.js"],
  [{ main: "lib/main.js" }, "lib/main.js"],
  [{ main: 7 }, "index.js"],
  [{ main: "old.js", exports: "./new.js" }, "new.js"],
  [{ exports: { ".": "./a.js", "./package.json": "./package.json" } }, "a.js"],
  [{ exports: { types: "./a.d.ts", import: "./a.js" } }, "a.js"],
  [{ exports: { ".": nested } }, "b.js"],
  [{ exports: { ".": { require: "./a.cjs", default: "./c.js" } } }, "c.js"],
  [{ exports: { ".": [{ browser: "./x.js" }, "./y.js"] } }, "y.js"],
  [{ exports: { ".": { "bale-source": "./src/index.ts", default: "./dist/index.js" } } }, "dist/index.js"],
  [{ exports: { ".": { require: "./a.cjs" } } }, undefined],
  [{ exports: { "./other": "./a.js" } }, undefined],
  [{ exports: null }, undefined],
  [{ exports: "../outside.js" }, undefined],
  [{ main: "/etc/passwd" }, undefined],
  [{ main: "." }, undefined],
])("the entry of %j is %s", (manifest, expected) => {
  expect(packageEntry(folder, manifest)).toBe(expected === undefined ? undefined : join(folder, expected));
});
