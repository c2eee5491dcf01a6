import { describe, expect, it } from "vitest";
import { type Bench, failureOf, openBench, type Work } from "../bench.testing.js";

const YAML = "layers: { code: ['src/**'], data: ['data/**'] }\nroles: { runtime: [code] }\n";

async function started(): Promise<{ bench: Bench; mine: Work; repository: string } & AsyncDisposable> {
  const bench = await openBench();
  const mine = await bench.work("mine", YAML);
  await mine.track({ "src/a": "1", "data/b": "1" });
  const repository = bench.reference().replace(/:[^:]*$/, "");
  await mine.push({ reference: `${repository}:latest`, setUpstream: true });
  return { bench, mine, repository, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}
const tags = ({ bench }: { readonly bench: Bench }): readonly string[] =>
  [...bench.registry.store.tags("acme/app")].sort();

describe("push --bump", () => {
  it("makes 0.1.0 first, of what is there already, without sending it again", async () => {
    await using place = await started();
    const made = await place.mine.push({ bump: "auto" });
    expect([made.outcome, made.reference, made.sentBlobs]).toEqual([
      "pushed",
      `${place.repository}:0.1.0`,
      0,
    ]);
    expect(made.version).toMatchObject({ tag: "0.1.0", reason: "the repository has no version yet" });
    expect(tags(place)).toEqual(["0.1.0", "latest"]);
  });

  it("goes on from the highest version, whose content is not made into a second one", async () => {
    await using place = await started();
    await place.mine.push({ bump: "minor", latest: true });
    const again = await place.mine.push({ bump: "patch" });
    expect([again.outcome, again.version, again.reference]).toEqual([
      "nothing-to-do",
      undefined,
      `${place.repository}:0.1.0`,
    ]);
    for (const [content, bump, tag] of [
      ["2", "patch", "0.1.1"],
      ["3", "minor", "0.2.0"],
      ["4", "major", "1.0.0"],
      ["5", "patch", "1.0.1"],
    ] as const) {
      place.mine.write({ "src/a": content });
      const dry = await place.mine.push({ bump, dryRun: true });
      expect([dry.outcome, dry.version?.tag]).toEqual(["dry-run", tag]);
      expect((await place.mine.push({ bump })).version?.tag).toBe(tag);
    }
    expect(tags(place)).toEqual(["0.1.0", "0.1.1", "0.2.0", "1.0.0", "1.0.1", "latest"]);
  });

  it("names the step that the change asks for, and why", async () => {
    await using place = await started();
    const { mine } = place;
    await mine.push({ bump: "auto", latest: true });
    mine.write({ "src/a": "2" });
    expect((await mine.push({ bump: "auto" })).version).toEqual({
      tag: "0.1.1",
      previous: "0.1.0",
      step: "patch",
      reason: "only contents changed",
    });
    await mine.track({ "src/new": "1" });
    expect((await mine.push({ bump: "auto" })).version).toMatchObject({
      tag: "0.2.0",
      reason: "the path src/new was added",
    });
    mine.write({ "src/new": null, "src/newer": "1" });
    await mine.add("src/newer");
    expect((await mine.push({ bump: "auto" })).version).toMatchObject({
      tag: "1.0.0",
      reason: "the path src/new was removed or renamed",
    });
    mine.write({
      "bale.yaml":
        "layers: { code: ['src/**', 'data/**'], data: ['other/**'] }\nroles: { runtime: [code] }\n",
    });
    expect((await mine.push({ bump: "auto" })).version).toMatchObject({
      tag: "2.0.0",
      reason: "the path data/b moved to another layer",
    });
    mine.write({ "bale.yaml": "layers: { code: ['src/**', 'data/**'] }\nroles: { run: [code] }\n" });
    expect((await mine.push({ bump: "auto" })).version).toMatchObject({ tag: "3.0.0", step: "major" });
  });

  it("counts pre-releases up, and releases them", async () => {
    await using place = await started();
    const made: (string | undefined)[] = [];
    for (const [content, pre] of [
      ["1", undefined],
      ["2", "rc"],
      ["3", "rc"],
      ["4", undefined],
    ] as const) {
      place.mine.write({ "src/a": content });
      made.push((await place.mine.push({ bump: "minor", pre })).version?.tag);
    }
    expect(made).toEqual(["0.1.0", "0.2.0-rc.0", "0.2.0-rc.1", "0.2.0"]);
  });

  it("is refused over a newer version that was not seen here, by its name; the way out is a pull", async () => {
    await using place = await started();
    const { mine, bench, repository } = place;
    await mine.push({ bump: "auto", latest: true });
    const other = await bench.clone("other", { reference: `${repository}:latest` });
    other.write({ "src/a": "theirs" });
    await other.push({ bump: "minor", latest: true });
    mine.write({ "src/a": "mine" });
    const refused = await failureOf(mine.push({ bump: "minor" }));
    expect([refused.code, refused.message]).toEqual([
      "PUSH_REFUSED",
      expect.stringContaining(`${repository}:0.2.0`),
    ]);
    expect(tags(place)).toEqual(["0.1.0", "0.2.0", "latest"]);
    await mine.pull({ ours: ["src/a"] });
    expect((await mine.push({ bump: "minor", latest: true })).version?.tag).toBe("0.3.0");
    expect((await mine.status()).changes).toEqual([]);
  });

  it("sets the base when it moves the upstream along, and else leaves it alone unless -u", async () => {
    await using place = await started();
    place.mine.write({ "src/a": "2" });
    await place.mine.push({ bump: "patch" });
    expect(await place.mine.verdicts()).toEqual(["src/a local-change"]);
    place.mine.write({ "src/a": "3" });
    await place.mine.push({ bump: "patch", latest: true });
    expect(await place.mine.verdicts()).toEqual([]);
    place.mine.write({ "src/a": "4" });
    const { version } = await place.mine.push({ bump: "patch", setUpstream: true });
    expect((await place.mine.status()).upstream).toBe(`${place.repository}:${version?.tag}`);
  });

  it("makes latest the first upstream where it moves along, else the version", async () => {
    await using bench = await openBench();
    for (const [name, latest, expected] of [
      ["one", true, "latest"],
      ["two", false, "0.1.0"],
    ] as const) {
      const work = await bench.work(name);
      await work.track({ a: name });
      const repository = bench.reference("v1", `acme/${name}`).replace(/:v1$/, "");
      await work.push({ reference: repository, bump: "auto", latest });
      expect((await work.status()).upstream).toBe(`${repository}:${expected}`);
    }
  });

  it("writes the version into the manifest, keeps the v of the others, and refuses what makes no sense", async () => {
    await using place = await started();
    const { mine, bench, repository } = place;
    await mine.push({ reference: `${repository}:latest`, tags: ["v1.4.0"] });
    mine.write({ "src/a": "2" });
    const made = await mine.push({ bump: "minor", tags: ["stable"] });
    expect(made.tags.map(({ tag }) => tag)).toEqual(["v1.5.0", "stable"]);
    const raw = bench.registry.store.manifest("acme/app", "v1.5.0")?.bytes.toString() ?? "{}";
    expect(JSON.parse(raw).annotations["org.opencontainers.image.version"]).toBe("v1.5.0");
    mine.write({ "src/a": "3" });
    for (const options of [
      { pre: "rc" },
      { bump: "patch", pre: "1" },
      { bump: "patch", reference: `${repository}:v9` },
    ] as const)
      expect((await failureOf(mine.push(options))).code).toBe("USAGE");
    expect((await failureOf(mine.push({ bump: "patch", tags: ["v1.4.0"] }))).code).toBe("PUSH_REFUSED");
  });

  it("works in a layout, too", async () => {
    await using bench = await openBench();
    const mine = await bench.work("mine");
    await mine.track({ a: "1" });
    const layout = `oci:${bench.folder}/layout`;
    expect((await mine.push({ reference: layout, bump: "auto" })).reference).toBe(`${layout}:0.1.0`);
    mine.write({ a: "2" });
    const next = await mine.push({ reference: layout, bump: "auto" });
    expect([next.version?.tag, next.tags[0]?.guarantee]).toEqual(["0.1.1", "atomic"]);
  });
});

describe("a version that turns out to be bad", () => {
  it("is taken back by one move of the pointer: who follows it gets the older content at the next pull", async () => {
    await using place = await started();
    const { mine, bench, repository } = place;
    await mine.push({ bump: "auto", latest: true });
    const good = mine.disk();
    mine.write({ "src/a": "bad", "data/b": null });
    await mine.push({ bump: "auto", latest: true });
    const theirs = await bench.clone("theirs", { reference: `${repository}:latest` });
    await bench.bale.tag(`${repository}:0.1.0`, "latest", { force: true });
    expect((await bench.bale.diff({ a: `${repository}:0.1.0`, b: `${repository}:latest` })).changes).toEqual(
      [],
    );
    const there = await bench.clone("there", { reference: `${repository}:latest` });
    expect(there.disk()).toEqual(good);
    await theirs.pull({ reference: `${repository}:0.1.0` });
    expect(theirs.disk()).toEqual(good);
  });
});
