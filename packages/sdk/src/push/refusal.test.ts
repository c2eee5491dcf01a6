import type { Blocked } from "@bale/core";
import { compileGlob } from "@bale/roles";
import { parseBundlePath } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { pullRefused, pushRefused } from "./refusal.js";

const blocked = (...paths: string[]): Blocked[] =>
  paths.map((path) => ({
    path: parseBundlePath(path),
    verdict: "conflict",
    reason: "changed here, changed there",
  }));

/** The first argument after --theirs, as a shell reads it. */
function pastedGlob(fix: string | undefined): string {
  const word = /--theirs ('(?:[^']|'\\'')*'|\S+?)`/.exec(fix ?? "")?.[1] ?? "";
  return word.startsWith("'") ? word.slice(1, -1).replaceAll("'\\''", "'") : word;
}

describe("a refusal", () => {
  it("lists every path and prints a way out that matches that path alone", () => {
    for (const path of ["plain.txt", "with space.txt", "it's.txt", "a[1].txt", "b{x,y}.txt", "c(1)!.txt"]) {
      const error = pullRefused("example.test/a:v1", blocked(path), {});
      expect(error.why).toBe(`${path}: changed here, changed there`);
      const matches = compileGlob(pastedGlob(error.fix));
      expect(matches(path), path).toBe(true);
      expect(matches("a1.txt") || matches("bx.txt") || matches("c1.txt"), path).toBe(false);
    }
  });

  it("names both manifests when the histories went apart", () => {
    const entries = blocked("a").map((entry) => ({ ...entry, verdict: "diverged" as const }));
    const error = pushRefused("example.test/a:v1", entries, { base: "sha256:base", remote: "sha256:remote" });
    expect(error.code).toBe("DIVERGED");
    expect(error.why).toContain("sha256:base");
    expect(error.why).toContain("sha256:remote");
  });

  it("offers one glob for all when there are many", () => {
    const error = pushRefused("x/y:z", blocked("1", "2", "3", "4", "5", "6"), {});
    expect(error.code).toBe("PUSH_REFUSED");
    expect(error.context["paths"]).toHaveLength(6);
    expect(error.fix).toContain("bale pull");
  });
});
