import { BaleError } from "@bale/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PullCommandOptions } from "../../src/index.js";
import { type Bench, openBench, type Work } from "../bench.testing.js";
import { arbitraryStep, basesOf, editFiles, LAYERS, type Step, treasures } from "./random-work.testing.js";

const RUNS = 12;
const STEPS = 40;
const REFUSALS = new Set(["PULL_REFUSED", "PUSH_REFUSED", "DIVERGED", "NOT_FOUND", "WOULD_OVERWRITE"]);

interface World {
  readonly bench: Bench;
  readonly repository: string;
  readonly people: readonly Work[];
  /** Digests of all contents of all bundles that were ever pushed: a registry keeps them. */
  readonly stored: Set<string>;
  readonly history: string[];
}

const referenceOf = (world: World, tag = "v1"): string => world.bench.reference(tag, world.repository);

async function remoteFiles(world: World, tag = "v1"): Promise<Map<string, string>> {
  if (world.bench.registry.store.resolveTag(world.repository, tag) === undefined) return new Map();
  const { files } = await world.bench.bale.ls(referenceOf(world, tag));
  for (const file of files) world.stored.add(file.digest);
  return new Map(files.map((file) => [file.path, `${file.kind} ${file.digest}`]));
}

function pullOptions(step: Extract<Step, { what: "pull" }>): PullCommandOptions {
  return {
    ...(step.way === "theirs" || step.way === "ours" ? { [step.way]: [step.glob] } : {}),
    ...(step.way === "overwrite" || step.way === "mirror" || step.way === "restore"
      ? { [step.way]: true }
      : {}),
    ...(step.path ? { paths: [step.path] } : {}),
    roles: step.roles,
    drop: step.drop,
  };
}

/** A push that was not forced replaces only what this workspace knew. */
async function push(world: World, work: Work, step: Extract<Step, { what: "push" }>): Promise<void> {
  const tag = step.tag ?? "v1";
  const before = await remoteFiles(world, tag);
  const known = await basesOf(work);
  const { lineage } = await work.status();
  await work.push({ force: step.force, ...(step.tag ? { reference: referenceOf(world, step.tag) } : {}) });
  const after = await remoteFiles(world, tag);
  const digest = world.bench.registry.store.resolveTag(world.repository, tag);
  if (digest) world.history.push(digest);
  // What is older than the base was seen, and is moved forward.
  if (step.force || step.tag || lineage.relation === "behind") return;
  const here = work.disk();
  for (const [path, was] of before)
    if (after.get(path) !== was && known.get(path) !== was && here[path] !== undefined)
      expect.fail(
        `${path} was ${was} in the remote, which nobody here had seen, and is now ${after.get(path)}`,
      );
}

async function take(world: World, step: Step, fresh: () => string): Promise<void> {
  const work = world.people[step.who] as Work;
  editFiles(work, step, fresh);
  const before = treasures(work);
  const disk = JSON.stringify(work.disk());
  try {
    if (step.what === "edit" && step.track) await work.add(step.path).catch(() => {});
    else if (step.what === "remove") await work.remove(step.path).catch(() => {});
    else if (step.what === "restore")
      await (await world.bench.bale.workspace(work.root)).restore([step.path]);
    else if (step.what === "push") await push(world, work, step);
    else if (step.what === "pull") await work.pull(pullOptions(step));
    else if (step.what === "rewind") {
      const older = world.history[Math.floor(world.history.length / 2)];
      if (older) world.bench.registry.store.setTag(world.repository, "v1", older);
    }
  } catch (error) {
    if (!BaleError.is(error) || !REFUSALS.has(error.code)) throw error;
    expect(JSON.stringify(work.disk()), "a refusal touches nothing").toBe(disk);
  }
  await remoteFiles(world);
  const after = treasures(work);
  for (const digest of before)
    if (!after.has(digest) && !world.stored.has(digest))
      expect.fail(`${digest} existed only here, and is gone`);
}

/** In the end everybody can have what the remote has, whatever happened before. */
async function settle(world: World): Promise<void> {
  const first = world.people[0] as Work;
  await first.push({ force: true }).catch(() => first.pull({ overwrite: true }));
  const remote = await remoteFiles(world);
  for (const work of world.people) {
    try {
      await work.pull({ mirror: true, roles: ["all"] });
    } catch (error) {
      // A folder with untracked files is removed by no flag.
      if (BaleError.is(error, "PULL_REFUSED")) continue;
      throw error;
    }
    // Somebody who does not hold a file can move its layer in bale.yaml: for those who hold it that is a change of theirs.
    const left = (await work.status()).changes.filter(
      ({ local, remote: there }) => local?.digest !== there?.digest || local?.kind !== there?.kind,
    );
    expect(left).toEqual([]);
    const bases = await basesOf(work);
    for (const [path, state] of remote) expect(bases.get(path), path).toBe(state);
  }
}

describe("nothing that exists only here is ever lost", () => {
  it("whatever three people with different roles do to one bundle", { timeout: 120_000 }, async () => {
    await using bench = await openBench();
    let runs = 0;
    let contents = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.noBias(fc.array(arbitraryStep, { minLength: 1, maxLength: STEPS, size: "max" })),
        async (steps) => {
          const run = ++runs;
          const repository = `acme/run-${run}`;
          const maker = await bench.work(`maker-${run}`, LAYERS);
          await maker.track({ "src/a": "start a", "data/d": "start d", n: "start n" });
          await maker.push({ reference: bench.reference("v1", repository), setUpstream: true });
          const clone = (name: string, roles: string[]) =>
            bench.clone(`${name}-${run}`, { reference: bench.reference("v1", repository), roles });
          const people = [maker, await clone("coder", ["coder"]), await clone("whole", ["all"])];
          const world: World = { bench, repository, people, stored: new Set(), history: [] };
          await remoteFiles(world);
          world.history.push(bench.registry.store.resolveTag(repository, "v1") as string);
          for (const step of steps) await take(world, step, () => `content ${++contents}`);
          await settle(world);
        },
      ),
      { numRuns: RUNS },
    );
  });
});
