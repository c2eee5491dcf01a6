import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { BundlePath } from "@bale/spec";
import { afterEach } from "vitest";
import { initWorkspace } from "./init-workspace.js";
import { openWorkspace } from "./open-workspace.js";
import type { Workspace } from "./workspace.js";

export interface TestFolder {
  readonly root: string;
  /** Writes a file, with its parents. */
  readonly write: (path: string, content: string | Uint8Array, mode?: number) => void;
  readonly link: (path: string, target: string) => void;
  /** Sets the modification time back, and waits for nothing: the time of change stays new. */
  readonly age: (path: string) => void;
  readonly path: (path: string) => string;
}

/** A folder that is removed after the test. Call at the top of a test file. */
export function useFolders(): (name?: string) => TestFolder {
  const made: string[] = [];
  afterEach(() => {
    for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  return (name = "tree") => {
    const parent = mkdtempSync(join(tmpdir(), "bale-workspace-"));
    made.push(parent);
    const root = join(parent, name);
    mkdirSync(root);
    const path = (relative: string): string => join(root, relative);
    return {
      root,
      path,
      write(relative, content, mode) {
        mkdirSync(dirname(path(relative)), { recursive: true });
        writeFileSync(path(relative), content);
        if (mode !== undefined) chmodSync(path(relative), mode);
      },
      link(relative, target) {
        mkdirSync(dirname(path(relative)), { recursive: true });
        symlinkSync(target, path(relative));
      },
      age: (relative) => utimesSync(path(relative), new Date(1e12), new Date(1e12)),
    };
  };
}

/** A workspace without declarations, open and locked. */
export async function openTestWorkspace(root: string): Promise<Workspace> {
  await initWorkspace({ directory: root, templates: false });
  return openWorkspace(root, { lock: { command: "test" } });
}

/** A path without its checks. */
export function at(path: string): BundlePath {
  return path as BundlePath;
}
