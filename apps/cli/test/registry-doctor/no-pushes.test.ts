import type { RegistryHealth } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { examination } from "./examination.js";
import { expectRoundTrip } from "./round-trip.js";

const stateOf = (health: RegistryHealth, id: string): string | undefined =>
  health.findings.find((finding) => finding.id === id)?.state;

describe("where no push is possible, the examination", () => {
  it("says so of a registry that only reads, and that there is nothing to read", async () => {
    await using examined = await examination({ readOnly: true });
    const health = await examined.examine();
    expect(health.verdict).toMatchObject({ state: "not usable", exit: 10 });
    expect(health.verdict.line).toMatch(/takes no uploads; .*nothing to read/);
    expect(health.profile).toBeUndefined();
    expect(examined.kept.profileOf(examined.registry.host)).toBeUndefined();
    expect(stateOf(health, "chunks")).toBe("not tried");
  });

  it("still looks at the pull side, where somebody has pushed something before", async () => {
    await using examined = await examination({});
    await expectRoundTrip(examined);
    examined.registry.setQuirks({ readOnly: true, range: "ignored" });
    const health = await examined.examine();
    expect(health.verdict).toMatchObject({ state: "not usable", exit: 10 });
    expect(health.verdict.line).toContain("pulls work");
    for (const id of ["blob-read", "manifest-read", "etag", "digest-header"])
      expect(stateOf(health, id), id).toBe("works");
    expect(stateOf(health, "range")).toBe("limited");
    expect(examined.registry.store.tags("acme/app")).toEqual(["v1"]);
  });

  it("is exit 4 for an account that may only read, and looks at the pull side", async () => {
    await using examined = await examination({});
    await expectRoundTrip(examined);
    examined.registry.auth.configure({ scheme: "basic", anonymousPull: true });
    const health = await examined.examine();
    expect(health.verdict).toMatchObject({ state: "not usable", exit: 4 });
    expect(health.verdict.line).toMatch(/the account may not push here; pulls work/);
    expect(stateOf(health, "blob-read")).toBe("works");
  });

  it("throws where nobody is let in, as every command does", async () => {
    await using examined = await examination({});
    examined.registry.auth.configure({ scheme: "basic" });
    await expect(examined.examine()).rejects.toMatchObject({ code: "AUTH_FAILED" });
  });

  it.each([
    ["not-found", /refused: 404/],
    ["connection-cut", /the connection is cut/],
  ] as const)(
    "knows by %s that a push does not make the repository, and finds all well once it is made",
    async (unknownRepositoryPush, says) => {
      await using examined = await examination({ unknownRepositoryPush });
      const before = await examined.examine();
      expect(before.verdict).toMatchObject({ state: "not usable", exit: 10 });
      expect(before.verdict.line).toContain("the repository does not exist");
      expect(before.findings.find(({ id }) => id === "create-on-push")?.line).toMatch(says);
      expect(examined.registry.store.repositories()).toEqual([]);
      examined.registry.store.createRepository("acme/app");
      expect((await examined.examine()).verdict).toMatchObject({ state: "ready", exit: 0 });
      await expectRoundTrip(examined);
    },
  );

  it("says OCI-Subject without a list of referrers, which alone no other switch shows", async () => {
    await using examined = await examination({ subjectHeader: "always", referrers: "not-allowed" });
    const health = await examined.examine();
    expect(health.findings.find(({ id }) => id === "referrers-subject")?.line).toContain("there is no list");
    await expectRoundTrip(examined);
  });
});
