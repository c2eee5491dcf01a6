import type { RegistryHealth } from "@bale/spec";
import { noQuirks, type Quirks } from "@bale/test-registry";
import { beforeAll, describe, expect, it } from "vitest";
import { examination } from "./examination.js";
import { QUIRK_CASES, UNOBSERVABLE } from "./quirk-cases.js";
import { expectRoundTrip } from "./round-trip.js";

let clean: RegistryHealth;
beforeAll(async () => {
  await using examined = await examination({});
  clean = await examined.examine();
});

const findingOf = (health: RegistryHealth, id: string) =>
  health.findings.find((finding) => finding.id === id);

describe("a clean registry", () => {
  it("is ready, does everything, and keeps nothing of the examination", async () => {
    await using examined = await examination({});
    const health = await examined.examine();
    expect(health.verdict).toEqual({ state: "ready", line: "ready: push and pull work", exit: 0 });
    expect(health.findings.filter(({ state }) => state !== "works")).toEqual([]);
    expect(health.scratch).toMatchObject({ removed: true, left: [] });
    const { store } = examined.registry;
    expect(store.repositories()).toEqual(["acme/app"]);
    expect(store.tags("acme/app")).toEqual([]);
    expect(store.manifests("acme/app")).toEqual([]);
    expect(store.uploads()).toEqual([]);
    // The blob of no bytes may be somebody's.
    expect(store.blobs("acme/app").length).toBeLessThanOrEqual(1);
    expect(health.requests).toBeLessThan(250);
    expect(health.sentBytes).toBeLessThan(30 * 1024 * 1024);
    await expectRoundTrip(examined);
  });
});

const cases = Object.entries(QUIRK_CASES).flatMap(([name, values]) =>
  values.map((each) => [name, JSON.stringify(each.change), each] as const),
);

describe("every switch of the registry's habits", () => {
  it("is in the table", () => {
    expect(Object.keys(QUIRK_CASES).sort()).toEqual(Object.keys(noQuirks).sort());
    const without = Object.entries(QUIRK_CASES).filter(([, values]) => values.length === 0);
    // Their tests are in no-pushes.test.ts.
    expect(without.map(([name]) => name)).toEqual(["unknownRepositoryPush", "readOnly"]);
  });

  it.each(cases)("%s is found as %s, and pushes and pulls work", async (_name, _change, each) => {
    await using examined = await examination(each.change);
    const health = await examined.examine();
    const found = findingOf(health, each.finding);
    const before = findingOf(clean, each.finding);
    expect(found?.line).toMatch(each.says);
    expect([found?.state, found?.line]).not.toEqual([before?.state, before?.line]);
    expect(health.verdict).toMatchObject({
      exit: 0,
      line: expect.stringMatching(/^(?:ready|usable with limits): /),
    });
    await expectRoundTrip(examined);
  });

  it.each(UNOBSERVABLE)("$change cannot be seen: $why", async ({ change }) => {
    await using examined = await examination(change as Partial<Quirks>);
    const health = await examined.examine();
    expect(health.findings).toEqual(clean.findings);
    await expectRoundTrip(examined);
  });
});
