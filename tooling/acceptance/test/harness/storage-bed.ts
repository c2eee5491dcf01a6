import { createHash } from "node:crypto";
import { startRegistry } from "@bale/tooling-services";
import { afterAll, beforeAll } from "vitest";
import type { CommandResult } from "./bale-command.js";
import type { Objects } from "./object-store.js";
import { newPerson, type Person } from "./person.js";
import { noise } from "./sample-tree.js";
import { type ScratchFolder, scratchFolder } from "./scratch-folder.js";

export type Faults = Parameters<Objects["server"]["setRules"]>[0];

export const BLOBS: RegExp = /\/sha256\//;
export const s3Error = (code: string, message = "said the store"): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;

/** More than goes into a pack, and one request. */
export const SMALL = 3_000_000;
/** Three parts. */
export const IN_PARTS = 12 * 2 ** 20;

/** A workspace with one file for the store and one for the registry, pushed nowhere yet. */
export interface Place {
  readonly person: Person;
  readonly root: string;
  readonly reference: string;
  readonly hex: string;
  readonly bytes: Buffer;
  readonly run: (args: readonly string[], env?: NodeJS.ProcessEnv) => Promise<CommandResult>;
  readonly push: (env?: NodeJS.ProcessEnv) => Promise<CommandResult>;
  readonly clone: (env?: NodeJS.ProcessEnv) => Promise<CommandResult>;
  readonly target: string;
  readonly isPublished: () => Promise<boolean>;
}

export interface Bed {
  readonly folder: () => ScratchFolder;
  readonly placeOn: (objects: Objects, size: number, endpoint?: string) => Promise<Place>;
}

/** One registry for the tests of a file, and as many workspaces as they want; `isOn`: whether there are servers at all. */
export function storageBed(isOn: boolean): Bed {
  let folder: ScratchFolder;
  let registry: Awaited<ReturnType<typeof startRegistry>>;
  let count = 0;
  beforeAll(async () => {
    folder = scratchFolder();
    if (isOn) registry = await startRegistry("distribution");
  });
  afterAll(async () => {
    await registry?.stop();
    folder?.[Symbol.dispose]();
  });
  async function placeOn(objects: Objects, size: number, endpoint?: string): Promise<Place> {
    count += 1;
    const person = newPerson(folder.join(`person-${count}`));
    person.writeConfig({ trustedStores: [objects.line(endpoint)] });
    const bytes = noise(size, count);
    const root = await person.workspace("app", {
      "bale.yaml": `storage: { stores: { big: ${objects.yaml(endpoint)} }, rules: [{ match: "data/**", store: big }] }\n`,
      "data/big": bytes,
      "src/a": "a\n",
    });
    const repository = `acme/app-${count}`;
    const reference = `${registry.host}/${repository}:v1`;
    const target = `${person.home}/clone`;
    const run: Place["run"] = (args, env = {}) =>
      person.run(args, { cwd: root, env: { ...objects.env, ...env } });
    return {
      person,
      root,
      reference,
      hex: createHash("sha256").update(bytes).digest("hex"),
      bytes,
      run,
      target,
      push: (env) => run(["push", "-u", reference], env),
      clone: (env) => run(["clone", reference, target], env),
      isPublished: async () => (await fetch(`${registry.url}/v2/${repository}/manifests/v1`)).ok,
    };
  }
  return { folder: () => folder, placeOn };
}
