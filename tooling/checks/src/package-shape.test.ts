import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { withoutComments } from "./imports-of.mjs";
import { rootFolder } from "./root-folder.mjs";
import { sourceFiles } from "./source-files.mjs";
import { publishedPackages } from "./workspace-packages.mjs";

/** Await in the first column, outside a function: the formatter indents everything else. */
const TOP_LEVEL_AWAIT = /^(?!.*\basync\b)(?:\S.*)?\bawait\b/;

const packages = publishedPackages().map((each) => [each.manifest.name, each] as const);
const libraries = packages.filter(([name]) => name !== "bale");

describe("every published package", () => {
  it.each(packages)("%s is an ESM package for Node 20.19 and later", (_, { manifest }) => {
    expect(manifest).toMatchObject({ type: "module", engines: { node: ">=20.19" } });
  });

  it.each(packages)("%s has no top-level await, which would keep it from require()", (_, { folder }) => {
    const lines = sourceFiles(folder)
      .filter(({ path }) => path !== join(folder, "src", "main.ts"))
      .flatMap(({ path, text }) =>
        withoutComments(text)
          .split("\n")
          .filter((line) => TOP_LEVEL_AWAIT.test(line) && !/^\s/.test(line))
          .map((line) => `${relative(rootFolder, path)}: ${line}`),
      );
    expect(lines).toEqual([]);
  });
});

describe("every library", () => {
  it.each(libraries)("%s exports itself, its package.json, and at most one thing more", (_, { manifest }) => {
    const paths = Object.keys(manifest.exports ?? {});
    expect(paths).toEqual(expect.arrayContaining([".", "./package.json"]));
    expect(paths.length).toBeLessThanOrEqual(3);
    expect(Object.keys(manifest.publishConfig?.exports ?? {})).toEqual(paths);
  });

  it.each(libraries)("%s publishes no address of its sources", (_, { manifest }) => {
    expect(JSON.stringify(manifest.publishConfig?.exports)).not.toContain("src/");
  });

  it.each(libraries)("%s lists by name what it exports", (_, { folder }) => {
    const index = sourceFiles(folder).find(({ path }) => path === join(folder, "src", "index.ts"));
    expect(index).toBeDefined();
    expect(withoutComments(index?.text ?? "")).not.toMatch(/^export \*/m);
  });
});
