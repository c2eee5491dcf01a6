import { exitCodeOf } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { type Bench, bundleFiles, failureOf, openBench, type Work } from "../bench.testing.js";

const LAYERS = `layers: { code: ["src/**"], config: ["conf/**"], data: ["data/**"] }
roles: { runtime: [code, config], training: [code, config, data] }
`;
const FILES = { "src/a": "1", "conf/c": "1", "data/d": "1", notes: "1" };

/** A bundle of three layers, its maker, and a workspace that holds one role of it. */
async function roles(yaml = LAYERS): Promise<{ bench: Bench; maker: Work; runtime: Work } & AsyncDisposable> {
  const bench = await openBench();
  const maker = await bench.work("maker", yaml);
  await maker.track(FILES);
  await maker.push();
  const runtime = await bench.clone("runtime", { roles: ["runtime"] });
  return { bench, maker, runtime, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}

function requests(bench: Bench, pattern: RegExp): number {
  return bench.registry.log.filter((record) => pattern.test(record.path)).length;
}

describe("held", () => {
  it("is what a role brought; the rest is counted and not looked at", async () => {
    await using place = await roles();
    expect(place.runtime.disk()).toEqual({ "conf/c": "1", "src/a": "1" });
    const status = await place.runtime.status();
    expect(status.changes).toEqual([]);
    expect([status.held, status.total, status.heldLayers]).toEqual([4, 6, ["bale", "code", "config"]]);
    expect(status.leftOut).toEqual(["data", "default"]);
  });

  it("decides what stands in the way: changes to unheld paths do not, and a push carries them unread", async () => {
    await using place = await roles();
    await place.maker.track({ "data/d": "2", "data/e": "1" });
    await place.maker.push();
    place.runtime.write({ "src/a": "3" });
    place.bench.registry.clearLog();
    expect((await place.runtime.push()).outcome).toBe("pushed");
    const { layers } = await place.bench.bale.show(place.bench.reference());
    const data = layers.find((layer) => layer.name === "data");
    expect(data?.files).toBe(2);
    await place.maker.pull();
    expect(place.maker.disk()).toEqual({ ...FILES, "data/d": "2", "data/e": "1", "src/a": "3" });
  });

  it("includes a path that was added to a layer that is not selected", async () => {
    await using place = await roles();
    await place.runtime.track({ "data/mine": "1" });
    await place.runtime.push();
    expect((await place.runtime.status()).changes).toEqual([]);
    await place.maker.track({ "data/mine": "2" });
    // The maker has not seen it yet: its own file of that name collides.
    await expect(place.maker.pull()).rejects.toMatchObject({ code: "PULL_REFUSED" });
    await place.maker.pull({ ours: ["data/mine"] });
    await place.maker.push();
    expect((await place.runtime.pull()).written).toEqual(["data/mine"]);
    expect(place.runtime.disk()["data/mine"]).toBe("2");
    expect(place.runtime.disk()["data/d"]).toBeUndefined();
  });
});

describe("selected", () => {
  it("widening brings what was left out, and is remembered", async () => {
    await using place = await roles();
    const wide = await place.runtime.pull({ roles: ["training"] });
    expect(wide.written).toEqual(["data/d"]);
    await place.maker.track({ "data/d": "2" });
    await place.maker.push();
    expect((await place.runtime.pull()).written).toEqual(["data/d"]);
    expect((await place.runtime.status()).role).toBe("training");
  });

  it("narrowing keeps what is held, and what is held goes on being synchronised", async () => {
    await using place = await roles();
    await place.runtime.pull({ roles: ["training"] });
    expect((await place.runtime.pull({ roles: ["runtime"] })).deleted).toEqual([]);
    await place.maker.track({ "data/d": "2", "data/new": "1" });
    await place.maker.push();
    expect((await place.runtime.pull()).written).toEqual(["data/d"]);
    expect(place.runtime.disk()).toEqual({ "conf/c": "1", "data/d": "2", "src/a": "1" });
  });

  it("--drop removes unchanged files outside the selection and lists the rest", async () => {
    await using place = await roles();
    await place.maker.track({ "data/e": "1" });
    await place.maker.push();
    await place.runtime.pull({ roles: ["training"] });
    await place.runtime.track({ "data/e": "mine", "data/f": "mine too" });
    const dropped = await place.runtime.pull({ roles: ["runtime"], drop: true });
    expect(dropped.dropped).toEqual(["data/d"]);
    expect(dropped.notDropped.map((file) => file.path)).toEqual(["data/e", "data/f"]);
    expect(place.runtime.disk()).toEqual({
      "conf/c": "1",
      "data/e": "mine",
      "data/f": "mine too",
      "src/a": "1",
    });
    // What was dropped is no longer held: it is neither deleted there nor brought back.
    await place.runtime.push();
    expect(Object.keys(await bundleFiles(place.bench, place.bench.reference()))).toContain("data/d");
    await place.runtime.pull();
    expect(place.runtime.disk()["data/d"]).toBeUndefined();
  });

  it("--role all lifts a selection for good, also where the bundle has a default role", async () => {
    await using place = await roles(`${LAYERS}defaultRole: runtime\n`);
    const plain = await place.bench.clone("plain");
    expect(plain.disk()).toEqual({ "conf/c": "1", "src/a": "1" });
    expect((await plain.pull({ roles: ["all"] })).written).toEqual(["data/d", "notes"]);
    await place.maker.track({ "data/d": "2" });
    await place.maker.push();
    expect((await plain.pull()).written).toEqual(["data/d"]);
  });

  it("--layer selects single layers, and says which were left out", async () => {
    await using place = await roles();
    const config = await place.bench.clone("config", { layers: ["config"] });
    expect(config.disk()).toEqual({ "conf/c": "1" });
    expect((await config.pull()).leftOut).toEqual(["code", "data", "default"]);
  });

  it("--path limits one command, its base included, and is not remembered", async () => {
    await using place = await roles();
    await place.maker.track({ "src/a": "2", "src/b": "2", "conf/c": "2" });
    await place.maker.push();
    expect((await place.runtime.pull({ paths: ["src/*"] })).written).toEqual(["src/a", "src/b"]);
    expect(await place.runtime.verdicts()).toEqual(["conf/c remote-change"]);
    expect((await place.runtime.pull()).written).toEqual(["conf/c"]);
  });

  it("--path lets a pull pass by a conflict elsewhere", async () => {
    await using place = await roles();
    await place.maker.track({ "src/a": "2", "conf/c": "2" });
    await place.maker.push();
    place.runtime.write({ "conf/c": "mine" });
    expect((await place.runtime.pull({ paths: ["src/**"] })).written).toEqual(["src/a"]);
    expect(await place.runtime.verdicts()).toEqual(["conf/c conflict"]);
  });

  it("an unknown role or layer is refused with those that there are, and touches nothing", async () => {
    await using place = await roles();
    const role = await failureOf(place.runtime.pull({ roles: ["runtim"] }));
    expect([role.code, exitCodeOf(role)]).toEqual(["ROLE_UNKNOWN", 11]);
    expect(`${role.message} ${role.why} ${role.fix}`).toContain("runtime");
    const layer = await failureOf(place.runtime.pull({ layers: ["dat"] }));
    expect([layer.code, exitCodeOf(layer)]).toEqual(["LAYER_UNKNOWN", 11]);
    expect(place.runtime.disk()).toEqual({ "conf/c": "1", "src/a": "1" });
    expect((await place.runtime.status()).role).toBe("runtime");
  });
});

describe("layers", () => {
  it("a difference in layer alone is a change: `code → data` here, sent to a pack of the new layer", async () => {
    await using place = await roles();
    place.maker.write({
      "bale.yaml": `ref: ${place.bench.reference()}\n${LAYERS.replace('"src/**"', '"src/x"').replace('"data/**"', '"data/**", "src/**"')}`,
    });
    const before = await place.maker.status();
    const moved = before.changes.find((change) => change.path === "src/a");
    expect([moved?.verdict, moved?.base?.layer, moved?.local?.layer]).toEqual([
      "local-change",
      "code",
      "data",
    ]);
    await place.maker.push();
    const after = await bundleFiles(place.bench, place.bench.reference());
    expect(after["src/a"]).toMatch(/@data$/);
    expect((await place.maker.status()).changes).toEqual([]);
    place.bench.registry.clearLog();
    const whole = await place.bench.clone("whole");
    expect(whole.disk()).toEqual(FILES);
  });

  it("a move between selected layers there is taken without a byte of content", async () => {
    await using place = await roles();
    const whole = await place.bench.clone("whole");
    place.maker.write({
      "bale.yaml": `ref: ${place.bench.reference()}\n${LAYERS.replace('"src/**"', '"src/x"').replace('"data/**"', '"data/**", "src/**"')}`,
    });
    await place.maker.push();
    const pulled = await whole.pull();
    expect(pulled.adopted).toEqual(["src/a"]);
    expect(pulled.written).toEqual(["bale.yaml"]);
    expect((await whole.status()).changes).toEqual([]);
  });

  it("a move out of the selection there removes what is unchanged here, and is a conflict with what is not", async () => {
    await using place = await roles();
    await place.maker.track({ "src/b": "1" });
    await place.maker.push();
    await place.runtime.pull();
    place.maker.write({
      "bale.yaml": `ref: ${place.bench.reference()}\n${LAYERS.replace('"src/**"', '"src/x"').replace('"data/**"', '"data/**", "src/**"')}`,
    });
    await place.maker.push();
    const clean = place.runtime.copy("clean");
    expect((await clean.pull()).deleted).toEqual(["src/a", "src/b"]);
    expect(clean.disk()).toEqual({ "conf/c": "1" });
    place.runtime.write({ "src/b": "mine" });
    const refused = await failureOf(place.runtime.pull());
    expect([refused.code, refused.context["paths"]]).toEqual(["PULL_REFUSED", ["src/b"]]);
    expect(place.runtime.disk()).toEqual({ "conf/c": "1", "src/a": "1", "src/b": "mine" });
    await place.runtime.pull({ theirs: ["src/b"] });
    expect([place.runtime.disk(), place.runtime.kept()]).toEqual([{ "conf/c": "1" }, ["mine"]]);
  });

  it("what was moved out of the selection there can be kept, and pushed, by --ours and by --force", async () => {
    await using place = await roles();
    const moved = LAYERS.replace('"src/**"', '"src/x"').replace('"data/**"', '"data/**", "src/**"');
    place.maker.write({ "bale.yaml": `ref: ${place.bench.reference()}\n${moved}` });
    await place.maker.push();
    place.runtime.write({ "src/a": "mine" });
    const forced = place.runtime.copy("forced");
    const refused = await failureOf(place.runtime.pull());
    expect(refused.why).toContain("moved there to layer data");
    await place.runtime.pull({ ours: ["src/a"] });
    expect(place.runtime.disk()).toEqual({ "conf/c": "1", "src/a": "mine" });
    expect((await place.runtime.push()).outcome).toBe("pushed");
    expect((await bundleFiles(place.bench, place.bench.reference()))["src/a"]).toMatch(/@data$/);
    await place.maker.pull();
    expect(place.maker.disk()["src/a"]).toBe("mine");
    forced.write({ "src/a": "forced" });
    await forced.push({ force: true });
    await place.maker.pull({ overwrite: true });
    expect(place.maker.disk()["src/a"]).toBe("forced");
  });

  it("a role that is gone there stops no status and no push; a pull names those that there are", async () => {
    await using place = await roles();
    place.maker.write({
      "bale.yaml": `ref: ${place.bench.reference()}\n${LAYERS.replace("runtime:", "slim:")}`,
    });
    await place.maker.push();
    place.runtime.write({ "src/a": "mine" });
    expect(await place.runtime.verdicts()).toEqual(["bale.yaml remote-change", "src/a local-change"]);
    const refused = await failureOf(place.runtime.pull());
    expect([refused.code, exitCodeOf(refused)]).toEqual(["ROLE_UNKNOWN", 11]);
    expect(`${refused.why} ${refused.fix}`).toContain("slim");
    await place.runtime.pull({ roles: ["slim"] });
    expect((await place.runtime.push()).outcome).toBe("pushed");
    expect((await place.runtime.status()).role).toBe("slim");
  });

  it("a bale.yaml that no longer declares a layer with unheld files is refused, and nothing is sent", async () => {
    await using place = await roles();
    place.runtime.write({
      "bale.yaml": `ref: ${place.bench.reference()}\nlayers: { code: ["src/**"], config: ["conf/**"] }\nroles: { runtime: [code, config] }\n`,
    });
    place.bench.registry.clearLog();
    const refused = await failureOf(place.runtime.push());
    expect([refused.code, exitCodeOf(refused)]).toEqual(["LAYER_UNDECLARED", 2]);
    expect(refused.message).toContain("data");
    expect(requests(place.bench, /uploads/)).toBe(0);
    await place.runtime.pull({ layers: ["data"] });
    expect((await place.runtime.push()).outcome).toBe("pushed");
    const { layers } = await place.bench.bale.show(place.bench.reference());
    expect(layers.map((layer) => layer.name)).toEqual(["bale", "code", "config", "default"]);
  });

  it("a change of roles travels with bale.yaml and has a verdict like any file", async () => {
    await using place = await roles();
    place.maker.write({
      "bale.yaml": `ref: ${place.bench.reference()}\n${LAYERS.replace("[code, config]", "[code]")}`,
    });
    await place.maker.push();
    expect(await place.runtime.verdicts()).toEqual(["bale.yaml remote-change"]);
    await place.runtime.pull();
    const slim = await place.bench.clone("slim", { roles: ["runtime"] });
    expect(slim.disk()).toEqual({ "src/a": "1" });
  });
});

describe("status without a connection", () => {
  it("tells what changed here also in layers whose tables were never read", async () => {
    await using place = await roles();
    await place.runtime.track({ "data/mine": "1", "src/new": "1" });
    place.runtime.write({ "src/a": "2" });
    const offline = await place.runtime.status({ mode: "offline" });
    expect(offline.changes.map((change) => `${change.path} ${change.verdict}`)).toEqual([
      "data/mine local-change",
      "src/a local-change",
      "src/new local-change",
    ]);
    expect(offline.remote.state).toBe("known");
  });

  it("falls back on what was last seen when the registry dies between its answers", async () => {
    await using place = await roles();
    await place.maker.track({ "src/b": "1" });
    await place.maker.push();
    place.runtime.write({ "src/a": "2" });
    place.bench.registry.addFault({ path: /\/blobs\//, times: 0, action: { kind: "reset" } });
    const status = await place.runtime.status();
    expect([status.remote.state, status.remote.problem !== undefined]).toEqual(["known", true]);
    expect(status.changes.map((change) => `${change.path} ${change.verdict}`)).toEqual([
      "src/a local-change",
    ]);
    expect(exitCodeOf(await failureOf(place.runtime.status({ mode: "remote" })))).toBe(7);
  });
});
