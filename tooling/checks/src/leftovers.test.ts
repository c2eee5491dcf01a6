import { homedir } from "node:os";
import { describe, expect, it } from "vitest";
import { repositoryFiles } from "./repository-files.mjs";
import { rootFolder } from "./root-folder.mjs";

const LOCK_FILE = "pnpm-lock.yaml";
const LONGEST_SOURCE = 400;

const files = repositoryFiles().filter(({ path }) => path !== "package-lock.json");
const written = files.filter(({ path }) => path !== LOCK_FILE);
const sources = written.filter(
  ({ path }) => /\.(?:ts|mjs|js|sh)$/.test(path) && !path.includes("__fixtures__"),
);

/** "file:line: text" of every line that a pattern matches. */
function linesWith(pattern: RegExp, among: readonly { path: string; text: string }[]): string[] {
  return among.flatMap(({ path, text }) =>
    text
      .split("\n")
      .flatMap((line, index) =>
        pattern.test(line) ? [`${path}:${index + 1}: ${line.trim().slice(0, 120)}`] : [],
      ),
  );
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

describe("the repository", () => {
  it("names no folder of the machine it was written on", () => {
    const here = [rootFolder, homedir()].filter((folder) => folder.length > 1).map(escaped);
    expect(
      linesWith(new RegExp(`(?<![\\w.*}-])(?:/(?:work|root|farm)/|(?:${here.join("|")})/)`), written),
    ).toEqual([]);
  });

  // The words are written with brackets, so that this file is not found by itself.
  it("has no notes left for later", () => {
    expect(linesWith(/\b(?:TO[D]O|FIX[M]E|XX[X]|HAC[K])\b/, written)).toEqual([]);
  });

  it("has no test that is switched off, or alone switched on", () => {
    expect(linesWith(/\b(?:describe|it|test)\.(?:only|todo|skip|fixme)[.(]/, sources)).toEqual([]);
  });

  it(`has no source file of more than ${LONGEST_SOURCE} lines`, () => {
    const long = sources.filter(({ text }) => text.split("\n").length - 1 > LONGEST_SOURCE);
    expect(long.map(({ path }) => path)).toEqual([]);
  });
});

describe("the lock file", () => {
  const lock = files.filter(({ path }) => path === LOCK_FILE);

  it("pins everything by a checksum", () => {
    expect(linesWith(/resolution: \{integrity: sha512-/, lock).length).toBeGreaterThan(100);
  });

  it("names no address to download from, which would be that of the machine it was written on", () => {
    expect(linesWith(/https?:\/\/|tarball:|^\s*registry:/, lock)).toEqual([]);
  });
});
