import { exitCodeOf } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { type Bench, failureOf, openBench, type Work } from "../bench.testing.js";
import { oddArtifact } from "../todo/scene.testing.js";

const YAML = "layers: { code: ['src/**'], data: ['data/**'] }\nroles: { runtime: [code], nothing: [] }\n";

async function started(): Promise<{ bench: Bench; mine: Work } & AsyncDisposable> {
  const bench = await openBench();
  const mine = await bench.work("mine", YAML);
  await mine.track({ "src/a": "1", "data/b": "1" });
  await mine.push();
  return { bench, mine, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}

/** Every command that takes a role. */
function asked(
  { bench, mine }: { bench: Bench; mine: Work },
  role: string,
): Record<string, () => Promise<unknown>> {
  const reference = bench.reference();
  const roles = [role];
  const { bale } = bench;
  return {
    clone: () => bench.clone(`clone-${role}`, { roles }),
    pull: () => mine.pull({ roles }),
    ensure: () => bale.ensure(reference, { directory: `${bench.folder}/served-${role}`, roles }),
    verify: () => bale.verify({ reference, roles }),
    ls: () => bale.ls(reference, { roles }),
    diff: () => bale.diff({ a: reference, b: reference, roles }),
    copy: () => bale.copy(reference, bench.reference("v1", `acme/copy-${role}`), { roles }),
    export: () => bale.export([reference], { output: `${bench.folder}/${role}.tar`, roles }),
  };
}

describe("a role that the bundle does not have", () => {
  it.each(["clone", "pull", "ensure", "verify", "ls", "diff", "copy", "export"])(
    "is exit 11 for %s, with those that there are",
    async (command) => {
      await using place = await started();
      const before = place.mine.disk();
      const refused = await failureOf(asked(place, "runtim")[command]?.() ?? Promise.resolve());
      expect([refused.code, exitCodeOf(refused)]).toEqual(["ROLE_UNKNOWN", 11]);
      expect(`${refused.message} ${refused.why} ${refused.fix}`).toContain("runtime");
      expect(place.mine.disk()).toEqual(before);
    },
  );

  it("is the same for a layer", async () => {
    await using place = await started();
    const refused = await failureOf(place.mine.pull({ layers: ["dat"] }));
    expect([refused.code, exitCodeOf(refused)]).toEqual(["LAYER_UNKNOWN", 11]);
    expect(`${refused.message} ${refused.why} ${refused.fix}`).toContain("data");
  });
});

describe("a role that names a layer which is not declared", () => {
  it("is a mistake in bale.yaml, with its place, and nothing is pushed", async () => {
    await using place = await started();
    place.mine.write({
      "bale.yaml": "layers: { code: ['src/**'] }\nroles:\n  runtime: [code, cofnig]\n  other: [dta]\n",
    });
    const refused = await failureOf(place.mine.push());
    expect([refused.code, exitCodeOf(refused)]).toEqual(["CONFIG_INVALID", 2]);
    // Both at once, each with line and column.
    expect(`${refused.message} ${refused.why}`).toMatch(/:3:\d+.*cofnig[\s\S]*:4:\d+.*dta/);
  });
});

describe("a role without layers", () => {
  it("brings the declarations alone, never everything", async () => {
    await using place = await started();
    const clone = await place.bench.clone("nothing", { roles: ["nothing"] });
    expect(clone.disk()).toEqual({});
    expect((await clone.status()).held).toBe(2);
    expect((await place.bench.bale.ls(place.bench.reference(), { roles: ["nothing"] })).files).toHaveLength(
      2,
    );
  });
});

describe("a role of an artifact that has no index", () => {
  it("is exit 11: another tool's artifact has no roles", async () => {
    await using place = await started();
    oddArtifact(place.bench);
    const reference = place.bench.reference("v1", "acme/odd");
    for (const call of [
      () => place.bench.bale.ls(reference, { roles: ["runtime"] }),
      () => place.bench.clone("odd", { reference, roles: ["runtime"] }),
    ]) {
      const refused = await failureOf(call());
      expect([refused.code, exitCodeOf(refused)]).toEqual(["ROLE_UNKNOWN", 11]);
    }
  });
});
