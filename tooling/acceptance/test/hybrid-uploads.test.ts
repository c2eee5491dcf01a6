import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { serviceOrSkip, startRegistry } from "@bale/tooling-services";
import { describe, expect, it } from "vitest";
import { MAIN } from "./harness/bale-command.js";
import { expectDone } from "./harness/expect-done.js";
import { type Objects, openObjects } from "./harness/object-store.js";
import { newPerson, type Person } from "./harness/person.js";
import { sameFiles } from "./harness/same-files.js";
import { noise } from "./harness/sample-tree.js";
import { scratchFolder } from "./harness/scratch-folder.js";

const MEBIBYTE = 2 ** 20;
/** Eight parts of 5 MiB. */
const SIZE = 40 * MEBIBYTE;

/** The parts that the store has taken, and of which the client was told so. */
const taken = (objects: Objects): number[] =>
  objects.server
    .accessLog()
    .filter(({ method, status }) => method === "PUT" && status === 200)
    .flatMap(({ query }) => Number(/partNumber=(\d+)/.exec(query)?.[1] ?? []) || []);

/** Runs a push and kills it as soon as `isTime` says so; whether it ended by itself before. */
async function killedPush(
  person: Person,
  at: { readonly root: string; readonly reference: string; readonly env: NodeJS.ProcessEnv },
  isTime: () => boolean,
): Promise<boolean> {
  const child = spawn(process.execPath, [MAIN, "push", "-u", at.reference], {
    cwd: at.root,
    env: { ...person.env, ...at.env },
    stdio: "ignore",
  });
  let ended = false;
  const closed = new Promise<void>((resolve) =>
    child.on("close", () => {
      ended = true;
      resolve();
    }),
  );
  while (!ended && !isTime()) await sleep(2);
  const byItself = ended;
  child.kill("SIGKILL");
  await closed;
  return byItself;
}

describe.skipIf(!["distribution", "versitygw"].every((name) => serviceOrSkip(name)))(
  "row 70: a push into S3 that is killed in its parts",
  () => {
    it.each([1, 3, 6])("after %i, goes on with the others", async (parts) => {
      using folder = scratchFolder();
      await using registry = await startRegistry("distribution");
      await using objects = await openObjects("versitygw");
      const ann = newPerson(folder.join("ann"));
      ann.writeConfig({ trustedStores: [objects.line()] });
      const root = await ann.workspace("app", {
        "bale.yaml": `storage: { stores: { big: ${objects.yaml()} }, rules: [{ match: "data/**", store: big }] }\n`,
        "data/large": noise(SIZE, parts),
      });
      const reference = `${registry.host}/acme/app:v1`;
      const at = { root, reference, env: objects.env };
      expect(await killedPush(ann, at, () => taken(objects).length >= parts)).toBe(false);
      const first = taken(objects);
      expect(first.length).toBeGreaterThanOrEqual(parts);
      expect(await objects.uploads()).toBe(1);
      expect((await fetch(`${registry.url}/v2/acme/app/manifests/v1`)).status).toBe(404);

      const run = async (...args: string[]) =>
        expectDone(await ann.run(args, { cwd: root, env: objects.env }));
      const before = objects.server.accessLog().length;
      await run("push", "-u", reference);
      const second = objects.server
        .accessLog()
        .slice(before)
        .flatMap(({ query, method }) =>
          method === "PUT" && query.includes("partNumber=")
            ? Number(/partNumber=(\d+)/.exec(query)?.[1])
            : [],
        );
      expect(second.filter((part) => first.includes(part))).toEqual([]);
      expect(new Set([...first, ...second]).size).toBeLessThanOrEqual(SIZE / (5 * MEBIBYTE));
      expect(await objects.uploads()).toBe(0);
      await run("verify", reference, "--deep");
      await run("clone", reference, folder.join("there"));
      sameFiles(folder.join("there"), root);
    });

    it("and never continued, is given up by gc --uploads", async () => {
      using folder = scratchFolder();
      await using registry = await startRegistry("distribution");
      await using objects = await openObjects("versitygw");
      const ann = newPerson(folder.join("ann"));
      ann.writeConfig({ trustedStores: [objects.line()] });
      const root = await ann.workspace("app", {
        "bale.yaml": `storage: { stores: { big: ${objects.yaml()} }, rules: [{ match: "data/**", store: big }] }\n`,
        "data/large": noise(SIZE, 9),
      });
      const at = { root, reference: `${registry.host}/acme/app:v1`, env: objects.env };
      await killedPush(ann, at, () => taken(objects).length >= 2);
      const gc = async (...args: string[]) =>
        expectDone(await ann.run(["gc", "--uploads", ...args], { cwd: root, env: objects.env }))["uploads"];
      expect(await gc()).toEqual([expect.objectContaining({ abortedUploads: 0 })]);
      expect(await objects.uploads()).toBe(1);
      expect(await gc("--grace", "0s", "--dry-run")).toEqual([
        expect.objectContaining({ abortedUploads: 1 }),
      ]);
      expect(await objects.uploads()).toBe(1);
      expect(await gc("--grace", "0s")).toEqual([expect.objectContaining({ abortedUploads: 1 })]);
      expect(await objects.uploads()).toBe(0);
    });
  },
);
