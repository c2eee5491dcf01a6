import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LongCallOptions } from "@bale/spec";
import type { Bale, UserSettings } from "../../src/index.js";
import { type Bench, openBench, writeFiles } from "../bench.testing.js";

/** Something long, and the place where it happens. */
export interface Attempt {
  readonly bench: Bench;
  /** Run again after it was cancelled, it has to succeed. */
  readonly act: (bale: Bale, call: LongCallOptions) => Promise<unknown>;
  /** Folders that are wholly old or wholly new. */
  readonly trees?: readonly string[];
  /** A second run publishes something else again, so that a tag is whole rather than old or new. */
  readonly neverTheSame?: boolean;
  /** Nothing is to be different afterwards. */
  readonly onlyReads?: boolean;
}
export type MakeAttempt = () => Promise<Attempt>;

const text = (seed: string, kilobytes: number): string =>
  Array.from({ length: kilobytes * 16 }, (_, line) => `${seed} ${line * 7919} `.padEnd(64, seed)).join("");

// Two files are large enough for blobs of their own; the others share packs.
const OLD = {
  "data/large": text("old", 1_100),
  "data/kept": text("kept", 1_050),
  ...Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`src/f${n}`, text(`o${n}`, n)])),
};
const NEW = {
  "data/large": text("new", 1_200),
  "data/more": text("more", 1_100),
  ...Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`src/f${n}`, text(`n${n}`, n + 1)])),
};

const YAML = "layers: { code: ['src/**'], data: ['data/**'] }\n";

/** A registry with the old bundle, and its author with the new files, not yet pushed. */
async function changedWork() {
  const bench = await openBench();
  const author = await bench.work("author", YAML);
  await author.track(OLD);
  await author.push();
  await author.track(NEW);
  return { bench, author };
}

export const attempts: Readonly<Record<string, MakeAttempt>> = {
  clone: async () => {
    const { bench, author } = await changedWork();
    await author.push();
    const call = { reference: bench.reference(), directory: "copy", cwd: bench.folder };
    return { bench, act: (bale, options) => bale.clone({ ...call, ...options }), trees: ["copy"] };
  },
  pull: async () => {
    const { bench, author } = await changedWork();
    const { root } = await bench.clone("mine");
    await author.push();
    return { bench, act: async (bale, call) => (await bale.workspace(root)).pull(call), trees: ["mine"] };
  },
  push: async () => {
    const { bench, author } = await changedWork();
    return {
      bench,
      act: async (bale, call) => (await bale.workspace(author.root)).push(call),
      trees: ["author"],
    };
  },
  "planPush and apply": async () => {
    const { bench, author } = await changedWork();
    return {
      bench,
      act: async (bale, call) => {
        const workspace = await bale.workspace(author.root);
        return workspace.apply(await workspace.planPush(call), call);
      },
      trees: ["author"],
    };
  },
  "planPull and apply": async () => {
    const { bench, author } = await changedWork();
    const { root } = await bench.clone("mine");
    await author.push();
    return {
      bench,
      act: async (bale, call) => {
        const workspace = await bale.workspace(root);
        return workspace.apply(await workspace.planPull(call), call);
      },
      trees: ["mine"],
    };
  },
  ensure: async () => {
    const { bench, author } = await changedWork();
    const directory = join(bench.folder, "ensured");
    await bench.bale.ensure(bench.reference(), { directory });
    await author.push();
    return {
      bench,
      act: (bale, call) => bale.ensure(bench.reference(), { directory, mirror: true, ...call }),
    };
  },
  "verify of a reference": async () => {
    const { bench } = await changedWork();
    const reference = bench.reference();
    return { bench, act: (bale, call) => bale.verify({ reference, deep: true, ...call }), onlyReads: true };
  },
  "verify of a workspace": async () => {
    const { bench, author } = await changedWork();
    await author.push();
    return {
      bench,
      act: async (bale, call) => (await bale.workspace(author.root)).verify(call),
      onlyReads: true,
    };
  },
  "copy to a registry": async () => {
    const { bench } = await changedWork();
    const to = bench.reference("v1", "elsewhere/app");
    return { bench, act: (bale, call) => bale.copy(bench.reference(), to, call) };
  },
  "copy to a layout": async () => {
    const { bench } = await changedWork();
    const to = `oci:${join(bench.folder, "layout")}:v1`;
    return { bench, act: (bale, call) => bale.copy(bench.reference(), to, call) };
  },
  "copy as an image": async () => {
    const { bench } = await changedWork();
    const to = bench.reference("v1", "elsewhere/image");
    return { bench, act: (bale, call) => bale.copy(bench.reference(), to, { as: "image", ...call }) };
  },
  export: async () => {
    const { bench } = await changedWork();
    const output = join(bench.folder, "bundle.tar.gz");
    writeFileSync(output, "what was there");
    return { bench, act: (bale, call) => bale.export([bench.reference()], { output, ...call }) };
  },
  "export of files": async () => {
    const { bench, author } = await changedWork();
    const output = join(bench.folder, "files.tar");
    return {
      bench,
      act: async (bale, call) => (await bale.workspace(author.root)).export({ output, files: true, ...call }),
      trees: ["author"],
    };
  },
  "import into a registry": async () => {
    const { bench } = await changedWork();
    const archive = join(bench.folder, "bundle.tar");
    await bench.bale.export([bench.reference()], { output: archive });
    const to = bench.reference("v1", "elsewhere/app");
    return { bench, act: (bale, call) => bale.import(archive, to, call) };
  },
  "import into a folder": async () => {
    const { bench } = await changedWork();
    const archive = join(bench.folder, "bundle.tar");
    await bench.bale.export([bench.reference()], { output: archive });
    const into = join(bench.folder, "imported");
    return {
      bench,
      act: (bale, call) => bale.import(archive, undefined, { into, ...call }),
      trees: ["imported"],
    };
  },
  "storage migrate": async () => {
    const { bench, author } = await changedWork();
    await author.push();
    const shelf = join(bench.folder, "shelf");
    mkdirSync(shelf);
    writeFiles(author.root, {
      "bale.yaml": `ref: ${bench.reference()}\n${YAML}storage:\n  stores:\n    shelf: { type: fs, path: ${shelf} }\n  rules:\n    - { match: "data/**", store: shelf }\n`,
    });
    await author.push();
    return {
      bench,
      act: async (bale, call) => (await bale.workspace(author.root)).migrateStorage(call),
      trees: ["author"],
    };
  },
  repack: async () => {
    const { bench } = await changedWork();
    return { bench, act: (bale, call) => bale.repack(bench.reference(), call), neverTheSame: true };
  },
};

/** What such a client has to trust. */
export const trusted = ({ folder }: Bench): UserSettings => ({ trustedStores: [`fs:${folder}/shelf`] });

/** Every file below a folder, with what is in it; what staging areas hold is left out, and lists of tags, see there. */
export function everyFile(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.includes("/.bale/staging/") && !file.endsWith("/layout/index.json"));
  return new Map(files.sort().map((file) => [file.slice(folder.length + 1), readFileSync(file, "latin1")]));
}

interface LayoutList {
  readonly manifests: readonly { readonly digest: string }[];
}

/** Where the tags of the test's repositories and of its layout are. */
export function everyTag({
  folder,
  registry: { store },
}: Bench): Readonly<Record<string, string | undefined>> {
  const names = ["acme/app", "elsewhere/app", "elsewhere/image"];
  const list = join(folder, "layout", "index.json");
  const layout = existsSync(list) ? (JSON.parse(readFileSync(list, "utf8")) as LayoutList) : undefined;
  const tags = [...names.map((name) => [name, store.resolveTag(name, "v1")])];
  return Object.fromEntries([...tags, ["layout", layout?.manifests[0]?.digest]]);
}
