import { existsSync } from "node:fs";
import { join } from "node:path";
import satisfies from "semver/functions/satisfies.js";
import { describe, expect, it } from "vitest";
import { importsOf, packageOf } from "./imports-of.mjs";
import { installedFolder, runtimeClosure } from "./runtime-closure.mjs";
import { sourceFiles } from "./source-files.mjs";
import { publishedPackages, type WorkspacePackage } from "./workspace-packages.mjs";

/** What machines with a long-term release have, and what every package promises. */
const OLDEST_NODE = "20.19.0";

const packages = publishedPackages();
const folderOf = (name: string): string => {
  const found = packages.find(({ manifest }) => manifest.name === name);
  if (!found) throw new Error(`no package ${name}`);
  return found.folder;
};

/** The command line is published with everything it imports inside it, and declares that for development only. */
function bundledInto({ folder, manifest }: WorkspacePackage): string[] {
  const development = Object.keys(manifest.devDependencies ?? {});
  const imported = new Set(
    sourceFiles(folder)
      .flatMap(({ text }) => importsOf(text))
      .map(packageOf),
  );
  return development
    .filter((name) => imported.has(name))
    .map((name) => installedFolder(name, folder) ?? name);
}

const everything = runtimeClosure(packages.flatMap((each) => [each.folder, ...bundledInto(each)]));
const identity = ({ manifest }: WorkspacePackage): string => `${manifest.name}@${manifest.version}`;

describe("the run-time closure of all packages", () => {
  it("reaches third-party packages", () => {
    expect(everything.map(({ manifest }) => manifest.name)).toEqual(
      expect.arrayContaining(["undici", "valibot"]),
    );
  });

  it(`runs on Node ${OLDEST_NODE}`, () => {
    const refusing = everything.filter(
      ({ manifest }) => !satisfies(OLDEST_NODE, manifest.engines?.["node"] ?? "*"),
    );
    expect(refusing.map((each) => `${identity(each)}: ${each.manifest.engines?.["node"]}`)).toEqual([]);
  });

  it("runs nothing when it is installed, and compiles nothing", () => {
    const scripts = ["preinstall", "install", "postinstall"];
    const running = everything.filter(
      ({ folder, manifest }) =>
        scripts.some((name) => manifest.scripts?.[name]) ||
        manifest.gypfile ||
        existsSync(join(folder, "binding.gyp")),
    );
    expect(running.map(identity)).toEqual([]);
  });

  it("has no package for tests in it", () => {
    const forTests = ["@bale/conformance", "@bale/test-registry"];
    const users = packages.filter(({ manifest }) => !forTests.includes(manifest.name));
    const names = runtimeClosure(users.map(({ folder }) => folder)).map(({ manifest }) => manifest.name);
    expect(names.filter((name) => forTests.includes(name) || name.startsWith("@bale/tooling-"))).toEqual([]);
  });
});

describe("the closure of @bale/sdk, @bale/oci and @bale/auth", () => {
  it("brings no package of a cloud", () => {
    const closure = runtimeClosure(["@bale/sdk", "@bale/oci", "@bale/auth"].map(folderOf));
    const cloud = /aws|amazon|smithy|azure|google|gcs|gaxios/;
    expect(closure.length).toBeGreaterThan(3);
    expect(closure.map(identity).filter((name) => cloud.test(name))).toEqual([]);
  });
});
