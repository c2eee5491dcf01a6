import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatPlan, type PlanDocument, parsePlan } from "../../src/index.js";
import { type Bench, bundleFiles, type Files, failureOf, openBench, type Work } from "../bench.testing.js";
import { asked, blobsOn, hybrid } from "../stores/hybrid.testing.js";

const YAML = "layers: { code: ['src/**'], data: ['data/**'] }\nroles: { runtime: [code] }\n";
const at = (bench: Bench, work: Work) => bench.bale.workspace(work.root);
const reread = (plan: PlanDocument): PlanDocument => parsePlan(formatPlan(plan));

/** What a registry saw while something was done. */
async function seenBy(bench: Bench, act: () => Promise<unknown>) {
  const from = bench.registry.log.length;
  await act();
  const records = bench.registry.log.slice(from);
  return {
    requests: records.length,
    sent: records.reduce((sum, { requestBytes }) => sum + requestBytes, 0),
    received: records
      .filter(({ method, path }) => method === "GET" && path.includes("/blobs/"))
      .reduce((sum, { responseBytes }) => sum + responseBytes, 0),
  };
}

const path = fc.constantFrom("src/a", "src/b", "src/c/d", "data/e", "data/f", "g", "h.sh");
const content = fc.oneof(
  fc.constantFrom("", "1", "x:#!/bin/sh\n"),
  fc.integer({ min: 1, max: 400 }).map((kib) => `${kib};`.repeat(kib * 200)),
);
const tree = fc.uniqueArray(fc.tuple(path, content), {
  selector: ([name]) => name,
  minLength: 1,
  maxLength: 7,
});
const edits = fc.uniqueArray(fc.tuple(path, fc.option(content, { nil: null, freq: 4 })), {
  selector: ([name]) => name,
  maxLength: 5,
});

async function change(work: Work, files: readonly (readonly [string, string | null])[]): Promise<void> {
  const written: Files = Object.fromEntries(files);
  work.write(written);
  const kept = files.filter(([, text]) => text !== null).map(([name]) => name);
  if (kept.length > 0) await work.add(...kept);
}

describe("plans", () => {
  it("predict requests and bytes as the server then counts them, for pushes and pulls of any bundle and any edit", async () => {
    await fc.assert(
      fc.asyncProperty(tree, edits, async (first, second) => {
        await using bench = await openBench();
        const mine = await bench.work("mine", YAML);
        const pushes = async () => {
          const plan = await (await at(bench, mine)).planPush();
          const seen = await seenBy(bench, async () => (await at(bench, mine)).apply(reread(plan)));
          expect(seen).toMatchObject({ requests: plan.predicted.requests, sent: plan.predicted.bytes });
          return plan;
        };
        await change(mine, first);
        await pushes();
        const theirs = await bench.clone("theirs");
        await change(mine, second);
        await pushes();
        const pull = await (await at(bench, theirs)).planPull();
        const seen = await seenBy(bench, async () => (await at(bench, theirs)).apply(reread(pull)));
        expect(seen).toMatchObject({ requests: pull.predicted.requests, received: pull.predicted.bytes });
        expect(theirs.disk()).toEqual(mine.disk());
        expect((await mine.push()).outcome).toBe("nothing-to-do");
      }),
      { numRuns: 50 },
    );
  }, 240_000);

  it("of a push change nothing anywhere, and say what the push then does", async () => {
    await using bench = await openBench();
    const mine = await bench.work("mine", YAML);
    await mine.track({ "src/a": "1", "data/b": "1" });
    await mine.push();
    mine.write({ "src/a": "2", "data/b": null, "src/new": "n" });
    await mine.add("src/new");
    const before = [bench.registry.store.tags("acme/app"), await mine.verdicts()];
    const plan = await (await at(bench, mine)).planPush({ tags: ["next"], bump: "minor" });
    expect([bench.registry.store.tags("acme/app"), await mine.verdicts()]).toEqual(before);
    expect(plan).toMatchObject({
      kind: "push",
      outcome: "push",
      version: "0.1.0",
      tags: [
        { tag: "0.1.0", expect: "absent" },
        { tag: "next", expect: "absent" },
      ],
      changes: [
        { path: "data/b", before: { layer: "data" } },
        { path: "src/a", before: { layer: "code" }, after: { size: 1 } },
        { path: "src/new", after: { layer: "code" } },
      ],
    });
    const applied = await (await at(bench, mine)).apply(reread(plan));
    expect(applied).toMatchObject({
      kind: "push",
      manifest: plan.manifest,
      contentDigest: plan.contentDigest,
    });
  });

  it.each<readonly [string, (place: { bench: Bench; mine: Work }) => Promise<unknown>, string]>([
    ["a file changed", async ({ mine }) => mine.write({ "src/a": "3" }), "changed since"],
    ["a file went", async ({ mine }) => mine.write({ "src/a": null }), "changed since"],
    [
      "the tag moved",
      async ({ bench }) => {
        const other = await bench.clone("other");
        await other.track({ "src/theirs": "1" });
        await other.push();
      },
      "the tag moved since",
    ],
    [
      "a further tag came to be elsewhere",
      async ({ bench }) => bench.bale.tag(bench.reference(), "stable"),
      "a tag that it moves",
    ],
    ["it was pushed already", async ({ mine }) => mine.push(), "the tag moved since"],
  ])("are refused before the first byte when %s", async (_what, meanwhile, why) => {
    await using bench = await openBench();
    const mine = await bench.work("mine", YAML);
    await mine.track({ "src/a": "1", "src/b": "1" });
    await mine.push();
    mine.write({ "src/a": "2" });
    const plan = await (await at(bench, mine)).planPush({ tags: ["stable"] });
    await meanwhile({ bench, mine });
    const tags = () => [bench.bale.show(bench.reference()), bench.registry.store.tags("acme/app")];
    const before = await Promise.all(tags());
    const seen = await seenBy(bench, async () => {
      const refused = await failureOf((async () => (await at(bench, mine)).apply(reread(plan)))());
      expect(["PLAN_STALE", "PUSH_REFUSED"]).toContain(refused.code);
      if (refused.code === "PLAN_STALE") expect(refused.why).toContain(why);
    });
    expect(seen.sent).toBe(0);
    expect((await Promise.all(tags()))[1]).toEqual(before[1]);
  });

  it("of a pull are refused when a file here changed, and carry out just their actions otherwise", async () => {
    await using bench = await openBench();
    const mine = await bench.work("mine", YAML);
    await mine.track({ "src/a": "1", "src/b": "1" });
    await mine.push();
    const theirs = await bench.clone("theirs");
    mine.write({ "src/a": "2", "src/b": "2" });
    await mine.push();
    theirs.write({ "src/b": "own" });
    const plan = await (await at(bench, theirs)).planPull({ theirs: ["src/b"] });
    expect(plan.actions.map(({ type, path: name }) => `${type} ${name}`)).toEqual([
      "write src/a",
      "write src/b",
    ]);
    theirs.write({ "src/b": "own, later" });
    expect((await failureOf((async () => (await at(bench, theirs)).apply(plan))())).code).toBe("PLAN_STALE");
    expect(theirs.disk()["src/b"]).toBe("own, later");
    theirs.write({ "src/b": "own" });
    await (await at(bench, theirs)).apply(reread(plan));
    expect([theirs.disk(), theirs.kept()]).toEqual([mine.disk(), ["own"]]);
  });

  it("count what goes to external stores apart, and touch none while they are made", async () => {
    await using place = await hybrid({ push: false });
    const { bench, mine } = place;
    const plan = await (await at(bench, mine)).planPush();
    expect(blobsOn(place.shelf)).toEqual([]);
    expect(plan.predicted.stores.map(({ store, blobs }) => [store, blobs]).sort()).toEqual([
      ["cellar", 1],
      ["shelf", 1],
    ]);
    await (await at(bench, mine)).apply(reread(plan));
    expect(blobsOn(place.shelf)).toHaveLength(1);
    expect(asked(bench, "acme/app")).toBeGreaterThan(0);
    expect((await mine.push()).outcome).toBe("nothing-to-do");
  });

  it("into a layout ask no server for anything", async () => {
    await using bench = await openBench();
    const mine = await bench.work("mine");
    await mine.track({ a: "1" });
    const reference = `oci:${bench.folder}/layout:v1`;
    const plan = await (await at(bench, mine)).planPush({ reference });
    expect(plan.predicted).toMatchObject({ requests: 0, bytes: 0 });
    expect((await (await at(bench, mine)).apply(reread(plan))).manifest).toBe(plan.manifest);
    expect(Object.keys(await bundleFiles(bench, reference))).toEqual(["a"]);
  });
});

describe("a plan's file", () => {
  it.each([
    ["", "USAGE"],
    ["{}", "USAGE"],
    ["[]", "USAGE"],
    ['{"schemaVersion":1}', "USAGE"],
    ['{"schemaVersion":1,"kind":"merge"}', "USAGE"],
    ['{"schemaVersion":2,"kind":"push"}', "UNSUPPORTED"],
    ['{"schemaVersion":1,"schemaVersion":1}', "USAGE"],
  ])("that is %j is refused", (text, code) => {
    expect(() => parsePlan(new TextEncoder().encode(text))).toThrow(expect.objectContaining({ code }));
  });
});
