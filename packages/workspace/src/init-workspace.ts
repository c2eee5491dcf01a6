import { existsSync, lstatSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { BaleError, parseMediaType, parseReference } from "@bale/spec";
import { type Capabilities, probeCapabilities } from "./capabilities.js";
import { controlPaths, IGNORE_FILE, PROJECT_FILE } from "./control-folder.js";
import { isInsideControlFolder } from "./find-workspace.js";
import { localError } from "./local-error.js";
import { lockWorkspace } from "./lock/lock-workspace.js";
import { IGNORE_TEMPLATE, projectTemplate } from "./project/project-template.js";
import { loadState, storeState } from "./state/state-file.js";
import { trackDeclarations } from "./tree/track-declarations.js";
import { writeFileAtomic } from "./write-atomic.js";

export interface InitOptions {
  /** Made when it is not there. */
  readonly directory: string;
  /** Written to a new `bale.yaml` as the first upstream. */
  readonly ref?: string | undefined;
  readonly artifactType?: string | undefined;
  /** Names `ref` completely when it is short; only checked here. */
  readonly defaultRegistry?: string | undefined;
  /** Whether `bale.yaml` and `.baleignore` are made. Default true; a clone brings its own. */
  readonly templates?: boolean | undefined;
}
export interface InitResult {
  readonly root: string;
  /** Names of what was made, of `bale.yaml`, `.baleignore`, `.bale`. */
  readonly created: readonly string[];
  /** Names of what was there and was left as it is. */
  readonly kept: readonly string[];
  readonly capabilities: Capabilities;
}

function checkPlace(root: string): void {
  if (isInsideControlFolder(root))
    throw new BaleError({
      code: "USAGE",
      message: `no workspace can be inside ${root}`,
      why: "it is, or is in, the control folder of another workspace",
      context: { path: root },
    });
  const stats = existsSync(root) ? lstatSync(root) : undefined;
  if (stats && !stats.isDirectory() && !stats.isSymbolicLink())
    throw new BaleError({ code: "USAGE", message: `${root} is no folder`, context: { path: root } });
}

function makeFolders(root: string): boolean {
  const paths = controlPaths(root);
  const existed = existsSync(paths.folder);
  try {
    mkdirSync(root, { recursive: true });
    // Nobody else may read: the state tells names of files, and replaced files are kept here.
    for (const folder of [paths.folder, paths.temporary, paths.index, paths.staging, paths.replaced])
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    const marker = join(paths.folder, ".gitignore");
    if (!existsSync(marker)) writeFileAtomic(marker, Buffer.from("*\n"), { sync: false });
  } catch (error) {
    throw localError(error, paths.folder, "making");
  }
  return existed;
}

/**
 * Makes a workspace of a folder, empty or not. Nothing that exists is overwritten; a second run only finds out anew what the disk can keep.
 * @throws BaleError `USAGE` inside `.bale`, `REFERENCE_INVALID`, `LOCKED`, `PERMISSION`, `NO_SPACE`, `IO`
 */
export async function initWorkspace(options: InitOptions): Promise<InitResult> {
  const root = resolve(options.directory);
  checkPlace(root);
  if (options.ref !== undefined)
    parseReference(options.ref, { defaultRegistry: options.defaultRegistry ?? "localhost" });
  if (options.artifactType !== undefined) parseMediaType(options.artifactType);
  const existed = makeFolders(root);
  const lock = await lockWorkspace(root, { command: "bale init" });
  try {
    const names = existed
      ? { created: [] as string[], kept: [".bale"] }
      : { created: [".bale"], kept: [] as string[] };
    const templates: (readonly [string, string])[] = [
      [PROJECT_FILE, projectTemplate(options)],
      [IGNORE_FILE, IGNORE_TEMPLATE],
    ];
    for (const [name, text] of options.templates === false ? [] : templates) {
      const file = join(root, name);
      if (existsSync(file)) names.kept.push(name);
      else {
        writeFileAtomic(file, Buffer.from(text), { sync: true, mode: 0o644 });
        names.created.push(name);
      }
    }
    const capabilities = probeCapabilities(controlPaths(root).temporary);
    const state = { ...loadState(root), capabilities };
    storeState(root, { ...state, entries: trackDeclarations(root, state.entries) }, { sync: true });
    return { root, ...names, capabilities };
  } finally {
    await lock.release();
  }
}
