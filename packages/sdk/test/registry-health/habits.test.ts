import { noQuirks } from "@bale/test-registry";
import { beforeAll, describe, expect, it } from "vitest";
import { HABITS } from "./habits.testing.js";
import { tryRegistry } from "./trial.testing.js";

/** Finding → state and line, of a registry without habits. */
let clean: ReadonlyMap<string, string>;
const told = (findings: readonly { readonly id: string; readonly state: string; readonly line: string }[]) =>
  new Map(findings.map(({ id, state, line }) => [id, `${state}: ${line}`]));

beforeAll(async () => {
  clean = await tryRegistry({}, async ({ health }) => {
    expect(health.verdict).toMatchObject({ state: "ready", exit: 0 });
    expect(health.scratch).toMatchObject({ removed: true, left: [] });
    return told(health.findings);
  });
});

it("every switch of the test registry is among the habits", () => {
  expect([...new Set(HABITS.map(({ name }) => name))].sort()).toEqual(Object.keys(noQuirks).sort());
});

describe("a registry that alone has the habit", () => {
  it.each(
    HABITS.map((habit) => [`${habit.name} ${JSON.stringify(Object.values(habit.quirk)[0])}`, habit] as const),
  )(
    "%s is found out, and a bundle gets in and out",
    async (_name, { quirk, known, noPush }) => {
      await tryRegistry(quirk, async ({ health, transfer }) => {
        const found = told(health.findings);
        const differs = [...found].filter(([id, text]) => text !== clean.get(id)).map(([id]) => id);
        expect(differs.filter((id) => known.includes(id))).not.toEqual([]);
        if (noPush === undefined) expect([health.verdict.exit, await transfer()]).toEqual([0, undefined]);
        else expect([health.verdict.exit, health.profile]).toEqual([noPush, undefined]);
      });
    },
    30_000,
  );
});
