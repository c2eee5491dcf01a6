import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BaleError, exitCodeOf } from "@bale/spec";
import { expect } from "vitest";
import { type Bench, filesBelow, openBench, type Work } from "../bench.testing.js";
import { type Place, writeLayout } from "./handmade.testing.js";

/** Where hostile bundles are taken in: a workspace with files of its own, and canaries around it. */
export interface Trap extends AsyncDisposable {
  readonly bench: Bench;
  /** Puts something hostile at a fresh place, then lets `clone`, `pull` and `ls` meet it, in a registry and in a layout. */
  readonly meet: (put: (place: Place) => void, expectation?: Expectation) => Promise<readonly string[]>;
}
export interface Expectation {
  /** Commands that do not look at what is wrong here. */
  readonly unaware?: readonly ("ls" | "clone" | "pull")[];
}

const REFUSALS = new Set([5, 9, 10]);

function surroundings(folder: string): string {
  return JSON.stringify(filesBelow(folder, new Set(["inside"])));
}

export async function openTrap(): Promise<Trap> {
  const bench = await openBench();
  const inside = join(bench.folder, "inside");
  mkdirSync(inside);
  writeFileSync(join(bench.folder, "canary"), "untouched");
  writeFileSync(join(bench.folder, "x"), "untouched");
  const mine: Work = await bench.work("inside/mine");
  await mine.track({ a: "mine", "dir/b": "mine" });
  await mine.push();
  mine.write({ a: "changed", untracked: "mine" });
  let count = 0;

  async function refused(name: string, command: () => Promise<unknown>): Promise<string> {
    const around = surroundings(bench.folder);
    const before = JSON.stringify(mine.disk());
    try {
      await command();
    } catch (error) {
      expect(BaleError.is(error), `${name}: ${String(error)}`).toBe(true);
      expect(REFUSALS.has(exitCodeOf(error)), `${name} exits ${exitCodeOf(error)}: ${String(error)}`).toBe(
        true,
      );
      expect(surroundings(bench.folder), `${name} wrote outside`).toBe(around);
      expect(JSON.stringify(mine.disk()), `${name} wrote to the workspace`).toBe(before);
      return (error as BaleError).code;
    }
    throw new Error(`${name} took it in`);
  }

  return {
    bench,
    meet: async (put, expectation = {}) => {
      const place: Place = { store: bench.registry.store, repository: `acme/hostile-${++count}`, tag: "v1" };
      put(place);
      const layout = join(inside, `layout-${count}`);
      await writeLayout(place, layout);
      const codes: string[] = [];
      const unaware = new Set(expectation.unaware);
      for (const [where, reference] of [
        ["registry", bench.reference("v1", place.repository)],
        ["layout", `oci:${layout}:v1`],
      ] as const) {
        const target = join(inside, "target");
        const commands = {
          ls: () => bench.bale.ls(reference),
          clone: () => bench.clone("target", { reference, cwd: inside }),
          pull: () => mine.pull({ reference, overwrite: true }),
        };
        for (const [name, command] of Object.entries(commands))
          if (!unaware.has(name as "ls")) codes.push(await refused(`${name} from a ${where}`, command));
        expect(filesBelow(target)).toEqual({});
        rmSync(target, { recursive: true, force: true });
      }
      rmSync(layout, { recursive: true });
      return [...new Set(codes)];
    },
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
}
