import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { differences, type Examination, writeSample } from "./examination.js";

/** Pushes the sample and pulls it elsewhere: every byte has to come back. */
export async function expectRoundTrip({ folder, reference, client }: Examination): Promise<void> {
  await using bale = client();
  const root = join(folder, "pushed");
  mkdirSync(root, { recursive: true });
  writeSample(root);
  await bale.init({ directory: root });
  const workspace = await bale.workspace(root);
  await workspace.add(["."], { cwd: root });
  expect((await workspace.push({ reference })).outcome).toBe("pushed");
  await using other = client();
  await other.clone({ reference, directory: "pulled", cwd: folder, roles: ["all"] });
  expect(differences(join(folder, "pulled"), (path) => readFileSync(path))).toEqual([]);
}
