import { exitCodeOf } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { failureOf, openBench } from "../bench.testing.js";

/** Twins that this disk keeps apart and others do not. */
const TWINS: readonly [string, string, string][] = [
  ["case", "readme", "README"],
  ["normalisation", "caf\u00e9", "cafe\u0301"],
  ["folding that grows", "stra\u00dfe", "STRASSE"],
  ["parent folders", "dir/a", "DIR/b"],
];

describe("twins (89)", () => {
  it.each(TWINS)("by %s are refused at add, and nothing is added", async (_name, one, two) => {
    await using bench = await openBench();
    const mine = await bench.work("mine");
    mine.write({ [one]: "1", [two]: "2" });
    if (Object.keys(mine.disk()).length < 2) return; // This disk cannot hold both.
    const refused = await failureOf(mine.add("."));
    expect([refused.code, exitCodeOf(refused)]).toEqual(["NAME_COLLISION", 9]);
    expect((await mine.status()).tracked).toBe(2);
  });

  it("of a path that is in the remote and not held are refused at push, before anything is sent", async () => {
    await using bench = await openBench();
    const maker = await bench.work(
      "maker",
      `layers: { code: ["src/**"], data: ["data/**"] }\nroles: { dev: [code] }\n`,
    );
    await maker.track({ "src/a": "1", "data/big": "1" });
    await maker.push();
    const dev = await bench.clone("dev", { roles: ["dev"] });
    dev.write({
      "bale.yaml": `ref: ${bench.reference()}\nlayers: { code: ["src/**", "DATA/**"], data: ["data/**"] }\nroles: { dev: [code] }\n`,
    });
    await dev.track({ "DATA/x": "1" });
    bench.registry.clearLog();
    const refused = await failureOf(dev.push());
    expect([refused.code, exitCodeOf(refused)]).toEqual(["NAME_COLLISION", 9]);
    expect(
      bench.registry.log.filter((record) => record.method === "POST" || record.method === "PUT"),
    ).toEqual([]);
  });

  it("a renaming in case alone is pushed and pulled", async () => {
    await using bench = await openBench();
    const mine = await bench.work("mine");
    await mine.track({ readme: "1", b: "1" });
    await mine.push();
    const other = await bench.clone("other");
    mine.write({ readme: null });
    await mine.remove("readme");
    await mine.track({ README: "1" });
    await mine.push();
    await other.pull();
    expect(Object.keys(other.disk())).toEqual(["README", "b"]);
    expect((await other.status()).changes).toEqual([]);
  });
});

describe("names that some systems cannot have (90, 91)", () => {
  const refusals = [
    "con",
    "a:b",
    "trailing.",
    "trailing ",
    "aux.txt",
    "a\u0001b",
    'quo"te',
    "pi|pe",
    "que?",
    "st*r",
  ];

  it.skipIf(process.platform === "win32")("are named at add, and the others go on", async () => {
    await using bench = await openBench();
    const mine = await bench.work("mine");
    mine.write(Object.fromEntries([...refusals, "fine"].map((name) => [name, "1"])));
    const workspace = await bench.bale.workspace(mine.root);
    const result = await workspace.add(["."], { cwd: mine.root });
    expect(result.added).toContain("fine");
    expect(result.problems).toHaveLength(refusals.length);
    for (const problem of result.problems) expect(["NAME_UNPORTABLE", "UNSAFE_PATH"]).toContain(problem.code);
    expect(result.complete).toBe(false);
    expect((await mine.push()).outcome).toBe("pushed");
  });

  it("long but legal ones work: a part of 255 bytes, a hundred folders", async () => {
    await using bench = await openBench();
    const mine = await bench.work("mine");
    const long = { ["n".repeat(255)]: "1", [`${"d/".repeat(100)}deep`]: "1", ["\u00fc".repeat(127)]: "1" };
    await mine.track(long);
    await mine.push();
    const clone = await bench.clone("clone");
    expect(Object.keys(clone.disk()).sort()).toEqual(Object.keys(long).sort());
  });

  it.skipIf(process.platform === "win32")("of control folders are never tracked", async () => {
    await using bench = await openBench();
    const mine = await bench.work("mine");
    mine.write({ ".git/config": "1", "sub/.GIT/x": "1", "sub/.bale/x": "1", fine: "1" });
    await (await bench.bale.workspace(mine.root)).add(["."], { cwd: mine.root });
    await mine.push();
    expect(Object.keys((await bench.clone("clone")).disk())).toEqual(["fine"]);
  });
});
