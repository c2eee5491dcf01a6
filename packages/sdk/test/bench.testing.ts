import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { BaleError } from "@bale/spec";
import { startTestRegistry, type TestRegistry, type TestRegistryOptions } from "@bale/test-registry";
import type {
  Bale,
  ClientOptions,
  CloneOptions,
  PullCommandOptions,
  PullResult,
  PushCommandOptions,
  PushResult,
  StatusOptions,
  StatusResult,
} from "../src/index.js";
import { testBale, testFolder } from "./client.testing.js";

/** Path → content; `x:` before the content makes it executable, `->` a link, `null` deletes. */
export type Files = Readonly<Record<string, string | Uint8Array | null>>;

const DECLARATIONS: ReadonlySet<string> = new Set(["bale.yaml", ".baleignore"]);

/** One workspace in the hands of a test. */
export interface Work {
  readonly root: string;
  readonly write: (files: Files) => void;
  /** What a test writes, and tells bale to track. */
  readonly track: (files: Files) => Promise<void>;
  readonly add: (...args: string[]) => Promise<void>;
  readonly remove: (...args: string[]) => Promise<void>;
  readonly push: (options?: PushCommandOptions) => Promise<PushResult>;
  readonly pull: (options?: PullCommandOptions) => Promise<PullResult>;
  readonly status: (options?: StatusOptions) => Promise<StatusResult>;
  /** `path verdict`, sorted by path. */
  readonly verdicts: () => Promise<readonly string[]>;
  /** Everything on disk but `.bale` and the declarations: path → content as `Files` writes it. */
  readonly disk: () => Record<string, string>;
  /** Contents that lie in `.bale/replaced`, sorted. */
  readonly kept: () => string[];
  /** The workspace as it is now, in another folder. */
  readonly copy: (name: string) => Work;
}

/** A registry, a client and a folder that go with their scope. */
export interface Bench extends AsyncDisposable {
  readonly registry: TestRegistry;
  readonly bale: Bale;
  readonly folder: string;
  readonly notices: string[];
  readonly reference: (tag?: string, repository?: string) => string;
  readonly work: (name: string, yaml?: string) => Promise<Work>;
  readonly clone: (name: string, options?: Partial<CloneOptions>) => Promise<Work>;
  readonly open: (root: string) => Work;
}

export function writeFiles(root: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(root, path);
    rmSync(file, { recursive: content !== null, force: true });
    if (content === null) continue;
    mkdirSync(dirname(file), { recursive: true });
    if (typeof content === "string" && content.startsWith("->")) symlinkSync(content.slice(2), file);
    else if (typeof content === "string" && content.startsWith("x:")) {
      writeFileSync(file, content.slice(2));
      chmodSync(file, 0o755);
    } else writeFileSync(file, content);
  }
}

function contentOf(file: string): string {
  const stats = lstatSync(file);
  if (stats.isSymbolicLink()) return `->${readlinkSync(file)}`;
  return `${(stats.mode & 0o111) !== 0 ? "x:" : ""}${readFileSync(file, "utf8")}`;
}

/** Files below a folder, sorted; folders in `skip` are left out. */
export function filesBelow(root: string, skip: ReadonlySet<string> = new Set()): Record<string, string> {
  const found: Record<string, string> = {};
  if (!existsSync(root)) return found;
  for (const entry of readdirSync(root, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name)
      .slice(root.length + 1)
      .replaceAll("\\", "/");
    if (entry.isDirectory() || skip.has(path.split("/")[0] ?? "")) continue;
    found[path] = contentOf(join(root, path));
  }
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function openWork(bale: Bale, root: string): Work {
  const work: Work = {
    root,
    write: (files) => writeFiles(root, files),
    track: async (files) => {
      writeFiles(root, files);
      await work.add(...Object.keys(files).filter((path) => files[path] !== null));
    },
    add: async (...args) => {
      const result = await (await bale.workspace(root)).add(args, { cwd: root });
      if (!result.complete) throw new Error(`not added: ${JSON.stringify(result)}`);
    },
    remove: async (...args) => {
      await (await bale.workspace(root)).remove(args, { cwd: root });
    },
    push: async (options) => (await bale.workspace(root)).push(options),
    pull: async (options) => (await bale.workspace(root)).pull(options),
    status: async (options) => (await bale.workspace(root)).status(options),
    verdicts: async () => (await work.status()).changes.map((change) => `${change.path} ${change.verdict}`),
    disk: () => {
      const files = filesBelow(root, new Set([".bale"]));
      return Object.fromEntries(Object.entries(files).filter(([path]) => !DECLARATIONS.has(path)));
    },
    kept: () =>
      Object.entries(filesBelow(join(root, ".bale", "replaced")))
        .filter(([path]) => path.split("/")[1] === "files")
        .map(([, content]) => content)
        .sort(),
    copy: (name) => {
      const to = join(dirname(root), name);
      cpSync(root, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
      return openWork(bale, to);
    },
  };
  return work;
}

export interface BenchOptions {
  readonly registry?: TestRegistryOptions | undefined;
  readonly client?: Partial<ClientOptions> | ((place: BenchPlace) => Partial<ClientOptions>) | undefined;
}
/** What is known before there is a client. */
export interface BenchPlace {
  readonly host: string;
  readonly folder: string;
}

export async function openBench(options: BenchOptions = {}): Promise<Bench> {
  const folder = testFolder();
  const registry = await startTestRegistry(options.registry);
  const notices: string[] = [];
  const client =
    typeof options.client === "function"
      ? options.client({ host: registry.host, folder: folder.path })
      : options.client;
  const bale = testBale({ fsync: "never", onNotice: (text) => notices.push(text), ...client });
  const reference = (tag = "v1", repository = "acme/app"): string => `${registry.host}/${repository}:${tag}`;
  const bench: Bench = {
    registry,
    bale,
    folder: folder.path,
    notices,
    reference,
    work: async (name, yaml = "") => {
      const root = folder.join(name);
      mkdirSync(root, { recursive: true });
      writeFileSync(join(root, "bale.yaml"), `ref: ${reference()}\n${yaml}`);
      writeFileSync(join(root, ".baleignore"), "*.tmp\n");
      await bale.init({ directory: root });
      return openWork(bale, root);
    },
    clone: async (name, clone = {}) => {
      const made = await bale.clone({ reference: reference(), directory: name, cwd: folder.path, ...clone });
      return openWork(bale, made.directory);
    },
    open: (root) => openWork(bale, root),
    [Symbol.asyncDispose]: async () => {
      await bale[Symbol.asyncDispose]();
      await registry.close();
      folder[Symbol.dispose]();
    },
  };
  return bench;
}

/** The error of something that has to fail. */
export async function failureOf(promise: Promise<unknown>): Promise<BaleError> {
  try {
    await promise;
  } catch (error) {
    if (BaleError.is(error)) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

/** What a bundle holds: path → digest@layer, without the declarations. */
export async function bundleFiles(bench: Bench, reference: string): Promise<Record<string, string>> {
  const { files } = await bench.bale.ls(reference);
  return Object.fromEntries(
    files
      .filter((file) => file.layer !== "bale")
      .map((file) => [file.path, `${file.kind} ${file.digest}@${file.layer}`]),
  );
}
