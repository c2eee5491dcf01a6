import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { serviceOrSkip, startRegistry } from "@bale/tooling-services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openClient } from "./harness/client.js";
import { isAncestor, judge, type RacedPush } from "./harness/race-history.js";
import { type ScratchFolder, scratchFolder } from "./harness/scratch-folder.js";
import { seededRandom, writeSmallFiles } from "./harness/small-files.js";
import { differences, snapshot } from "./harness/snapshot.js";
import { startTagRecorder, type TagRecorder } from "./harness/tag-recorder.js";
import { commandWriter, sdkWriter, type Writer } from "./harness/writer.js";

const IN_PROCESS = 38;
const PROCESSES = 2;
// Long enough that others look, write and read back while one PUT is on its way; all of them at once at first, then spread out.
const DELAY_MS = 800;
const ROUNDS = [0, 0, 2_000, 4_000, 4_000];
const PAUSE_MS =
  process.env["BALE_NIGHTLY"] === "1" ? Array.from({ length: 5 }, () => ROUNDS).flat() : ROUNDS;
const PUSHES = PAUSE_MS.length * (IN_PROCESS + PROCESSES);

describe.skipIf(!serviceOrSkip("distribution"))(`${PUSHES} racing pushes on one tag`, () => {
  let folder: ScratchFolder;
  let registry: Awaited<ReturnType<typeof startRegistry>>;
  let recorder: TagRecorder;
  const writers: Writer[] = [];
  const pushes: RacedPush[] = [];
  const bases = new Map<number, string | undefined>();
  /** Manifests whose writers were told that somebody replaced them. */
  const told = new Set<string>();

  const reference = async (writer: number) => `${await recorder.door(writer)}/acme/race:v1`;
  const ownFile = (writer: number) => `writer-${writer}.txt`;

  beforeAll(async () => {
    folder = scratchFolder();
    registry = await startRegistry("distribution");
    recorder = await startTagRecorder(registry, { tag: "v1", delayMs: DELAY_MS });
    const seed = folder.make("seed");
    writeSmallFiles(seed, { count: 20, from: 100, to: 2_000 });
    for (let writer = 0; writer < IN_PROCESS + PROCESSES; writer++)
      writeFileSync(join(seed, ownFile(writer)), "none\n");
    await using bale = openClient();
    await bale.init({ directory: seed });
    const workspace = await bale.workspace(seed);
    await workspace.add(["."], { cwd: seed });
    await workspace.push({ reference: await reference(-1) });
    for (let writer = 0; writer < IN_PROCESS + PROCESSES; writer++) {
      const root = folder.join(`writer-${writer}`);
      const at = await reference(writer);
      writers.push(await (writer < IN_PROCESS ? sdkWriter(at, root) : commandWriter(at, root, folder.path)));
    }
  });
  afterAll(async () => {
    for (const writer of writers) await writer[Symbol.asyncDispose]();
    await recorder?.[Symbol.asyncDispose]();
    await registry?.stop();
    folder?.[Symbol.dispose]();
  });

  const contains = (manifest: string | undefined, wanted: string | undefined) =>
    isAncestor(recorder.parents, manifest ?? "", wanted ?? "");

  /** Pulls, and checks that nothing is taken away without a word. The base is what this writer last pulled or pushed. */
  async function pullSafely(number: number): Promise<void> {
    const writer = writers[number] as Writer;
    const base = bases.get(number);
    const before = snapshot(writer.root);
    const pulled = await writer.pull();
    if (pulled.exit !== 0) {
      expect(pulled, pulled.message).toMatchObject({ exit: 6, code: "DIVERGED" });
      expect(differences(snapshot(writer.root), before)).toEqual([]);
      const taken = await writer.pull({ overwrite: true });
      expect(taken).toMatchObject({ exit: 0 });
      expect(contains(taken.manifest, base), "refused, though nothing was replaced").toBe(false);
      for (const { exit, manifest, writer: by } of pushes)
        if (by === number && exit === 0 && manifest && !contains(taken.manifest, manifest))
          told.add(manifest);
      bases.set(number, taken.manifest);
      return;
    }
    if (base) expect(contains(pulled.manifest, base), `${base} is in the history that came`).toBe(true);
    bases.set(number, pulled.manifest);
  }

  async function work(number: number, round: number): Promise<void> {
    await pullSafely(number);
    const writer = writers[number] as Writer;
    const file = join(writer.root, ownFile(number));
    const text = `${readFileSync(file, "utf8")}round ${round}\n`;
    writeFileSync(file, text);
    const from = recorder.count();
    const attempt = await writer.push();
    expect(readFileSync(file, "utf8")).toBe(text);
    pushes.push({ ...attempt, writer: number, from, to: recorder.count() });
    if (attempt.exit === 0) bases.set(number, attempt.manifest);
  }

  it("are each in the history, refused with exit 6, or lost in the window and told so at the next command", async () => {
    const random = seededRandom(11);
    await Promise.all(
      writers.map(async (_, number) => {
        for (const [round, pause] of PAUSE_MS.entries()) {
          await sleep(random() * pause);
          await work(number, round);
        }
      }),
    );
    for (const number of writers.keys()) await pullSafely(number);

    const requests = recorder.requests();
    const logged = await registry.accessLog();
    const puts = logged.filter(({ method, path }) => method === "PUT" && path.endsWith("/manifests/v1"));
    expect(requests.filter(({ method }) => method === "PUT").length, "the record is whole").toBe(puts.length);

    expect(pushes).toHaveLength(PUSHES);
    const done = pushes.filter(({ exit }) => exit === 0);
    const refused = pushes.filter(({ exit }) => exit !== 0);
    expect(refused.filter(({ exit }) => exit !== 6)).toEqual([]);
    const succeeded = new Set(done.map(({ manifest }) => manifest));
    const inWindow = new Set<string>();
    for (const push of pushes) {
      const judged = judge(push, requests);
      if (!judged) {
        expect(push.exit, "who moved no tag has not succeeded").toBe(6);
        continue;
      }
      expect(judged.seen, "the tag was where the push began").toBe(recorder.parents.get(judged.put));
      for (const manifest of judged.overwritten) if (succeeded.has(manifest)) inWindow.add(manifest);
    }
    const end = requests.findLast(({ method }) => method === "PUT")?.digest;
    const lost = [...succeeded].filter((manifest) => !contains(end, manifest));
    const codes = [...new Set(refused.map(({ code }) => code))].map(
      (code) => `${refused.filter((push) => push.code === code).length} ${code}`,
    );
    console.log(
      `${pushes.length} pushes: ${done.length} done, ${refused.length} refused (${codes.join(", ")}); ${inWindow.size} of those done were overwritten in the window, ${lost.length} for good; ${told.size} were told`,
    );
    expect(done.length).toBeGreaterThan(0);
    // A third PUT on its way can bring back what the second had overwritten, so not all of these are lost for good.
    expect(lost.filter((manifest) => !inWindow.has(manifest ?? ""))).toEqual([]);
    expect(lost.filter((manifest) => !told.has(manifest ?? ""))).toEqual([]);
    expect([...told].filter((manifest) => !inWindow.has(manifest))).toEqual([]);
  });
});
