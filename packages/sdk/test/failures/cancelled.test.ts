import { readdirSync } from "node:fs";
import { BaleError, type LongCallOptions } from "@bale/spec";
import { describe, expect, it } from "vitest";
import type { Bench } from "../bench.testing.js";
import { testBale, testFolder } from "../client.testing.js";
import {
  type Attempt,
  attempts,
  everyFile,
  everyTag,
  type MakeAttempt,
  trusted,
} from "./cancelled.testing.js";

/** When the signal comes: at the n-th event of progress, or at the n-th request; both from 0. */
interface Moment {
  readonly at: "event" | "request";
  readonly n: number;
}

/** A folder that is the system's for temporary files, as long as its scope lasts. */
function ownTemporaryFolder(): Disposable & { readonly path: string } {
  const system = process.env["TMPDIR"];
  const folder = testFolder();
  process.env["TMPDIR"] = folder.path;
  return {
    path: folder.path,
    [Symbol.dispose]: () => {
      if (system === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = system;
      folder[Symbol.dispose]();
    },
  };
}

async function lengthOf(make: MakeAttempt): Promise<{ readonly event: number; readonly request: number }> {
  const { bench, act } = await make();
  await using _bench = bench;
  let event = 0;
  bench.registry.clearLog();
  await using bale = testBale({ fsync: "never", user: trusted(bench) });
  await act(bale, { onProgress: () => void event++ });
  return { event, request: bench.registry.log.length };
}

/** The first, and some up to the end. */
const momentsOf = (at: Moment["at"], length: number): Moment[] =>
  [...new Set([0, 0.45, 0.9].map((part) => Math.floor(part * (length - 1))))]
    .filter((n) => n >= 0)
    .map((n) => ({ at, n }));

interface Outcome {
  readonly error: unknown;
  readonly met: boolean;
  readonly milliseconds: number;
}

async function cancelled({ bench, act }: Attempt, { at, n }: Moment): Promise<Outcome> {
  const abort = new AbortController();
  let since = 0;
  let events = 0;
  const cancel = (): void => {
    since ||= performance.now();
    abort.abort();
  };
  const call: LongCallOptions = {
    signal: abort.signal,
    onProgress: () => void (events++ === n && at === "event" && cancel()),
  };
  if (at === "request") bench.registry.addFault({ skip: n, action: { kind: "run", run: cancel } });
  let error: unknown;
  {
    await using bale = testBale({ fsync: "never", user: trusted(bench) });
    await act(bale, call).catch((thrown: unknown) => {
      error = thrown;
    });
    if (error !== undefined) since = performance.now() - since;
  }
  bench.registry.clearFaults();
  return { error, met: abort.signal.aborted, milliseconds: since };
}

/** Files that are neither as they were before nor as they are at the end. */
function strange(
  found: ReadonlyMap<string, string>,
  before: ReadonlyMap<string, string>,
  end: ReadonlyMap<string, string>,
): string[] {
  return [...new Set([...found.keys(), ...before.keys()])].filter((path) => {
    const content = found.get(path);
    return content !== before.get(path) && content !== end.get(path);
  });
}

const inTree = (files: ReadonlyMap<string, string>, tree: string): Record<string, string> =>
  Object.fromEntries([...files].filter(([path]) => path.startsWith(`${tree}/`) && !path.includes("/.bale/")));

/** What bale keeps for itself may say when something was seen; its names are compared, not its bytes. */
const isOwnState = (path: string): boolean => path.includes("/.bale/") || path.endsWith(".bale-ensure.json");

async function tryOut(make: MakeAttempt, moment: Moment): Promise<boolean> {
  const attempt = await make();
  await using bench: Bench = attempt.bench;
  using temporary = ownTemporaryFolder();
  const [before, tagsBefore] = [everyFile(bench.folder), everyTag(bench)];

  const { error, met, milliseconds } = await cancelled(attempt, moment);
  const [after, tagsAfter] = [everyFile(bench.folder), everyTag(bench)];
  const where = `${moment.at} ${moment.n}`;
  expect(readdirSync(temporary.path), where).toEqual([]);
  if (error !== undefined) {
    expect(met, `${where}: ${error}`).toBe(true);
    expect(BaleError.is(error) ? error.code : error, where).toBe("INTERRUPTED");
    expect(milliseconds, where).toBeLessThan(1_000);
  }

  await using bale = testBale({ fsync: "never", user: trusted(bench) });
  // What is done already need not be possible twice: there is a workspace now where one was to be made.
  if (error !== undefined) await attempt.act(bale, {});
  const [end, tagsEnd] = [everyFile(bench.folder), everyTag(bench)];
  const known = new Set([...before.keys(), ...end.keys()]);
  expect(
    [...after.keys()].filter((path) => !known.has(path)),
    where,
  ).toEqual([]);
  expect(
    strange(after, before, end).filter((path) => !isOwnState(path)),
    where,
  ).toEqual([]);
  for (const [name, digest] of Object.entries(tagsAfter))
    if (!attempt.neverTheSame || digest === tagsBefore[name])
      expect([tagsBefore[name], tagsEnd[name]], `${where}: tag of ${name}`).toContain(digest);
    else {
      const reference = `${bench.registry.host}/${name}@${digest}`;
      expect((await bale.verify({ reference, deep: true })).problems, where).toEqual([]);
    }
  for (const tree of attempt.trees ?? [])
    expect([inTree(before, tree), inTree(end, tree)], where).toContainEqual(inTree(after, tree));
  if (attempt.onlyReads) expect([...end.keys()], where).toEqual([...before.keys()]);
  return error !== undefined;
}

describe("cancelled at any moment, old or new and nothing between:", () => {
  it.each(Object.entries(attempts))("%s", { timeout: 60_000 }, async (_name, make) => {
    const { event, request } = await lengthOf(make);
    const stopped: boolean[] = [];
    for (const moment of [...momentsOf("event", event), ...momentsOf("request", request)])
      stopped.push(await tryOut(make, moment));
    // The signal of the last moments may come when all is done.
    expect(stopped.filter(Boolean).length).toBeGreaterThan(stopped.length / 3);
  });

  it.each(Object.entries(attempts))("%s, before it begins: nothing happens at all", async (_name, make) => {
    const { bench, act } = await make();
    await using _bench = bench;
    const [files, tags] = [everyFile(bench.folder), everyTag(bench)];
    await using bale = testBale({ fsync: "never", user: trusted(bench) });
    await expect(act(bale, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(everyTag(bench)).toEqual(tags);
    // What bale.yaml said, kept so that it need not be parsed again.
    const made = [...everyFile(bench.folder).keys()].filter((path) => !files.has(path));
    expect(made.filter((path) => !path.endsWith("/.bale/project.json"))).toEqual([]);
  });
});
