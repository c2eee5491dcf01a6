import { readlinkSync, statSync } from "node:fs";
import { linkTargetProblem } from "@bale/core";
import type { BundlePath } from "@bale/spec";
import { localError } from "../local-error.js";
import type { ScannedFile } from "../scan/tree-scan.js";
import type { Workspace } from "../workspace.js";
import type { RefusedLink } from "./add-result.js";

export interface SortedLinks {
  /** Links that the bundle keeps, with their targets. */
  readonly kept: ReadonlyMap<BundlePath, string>;
  /** Links whose content is stored instead. */
  readonly followed: ReadonlySet<BundlePath>;
  readonly refused: readonly RefusedLink[];
}

/** The first link of the bundle that a target goes through; it may end in one. Lexical, as the check of a whole tree is. */
export function passedLink(
  path: BundlePath,
  target: string,
  isLink: (path: string) => boolean,
): string | undefined {
  const at = path.split("/").slice(0, -1);
  for (const part of target.split("/")) {
    if (part === "" || part === ".") continue;
    if (isLink(at.join("/"))) return at.join("/");
    if (part === "..") at.pop();
    else at.push(part);
  }
  return undefined;
}

function targetOf(workspace: Workspace, path: BundlePath): string {
  try {
    const target = readlinkSync(workspace.resolve(path));
    return process.platform === "win32" ? target.replaceAll("\\", "/") : target;
  } catch (error) {
    throw localError(error, path, "reading the link");
  }
}

function leadsToFile(workspace: Workspace, path: BundlePath): boolean {
  try {
    return statSync(workspace.resolve(path)).isFile();
  } catch {
    return false;
  }
}

/** Decides for each link that is to be added. @throws BaleError `PERMISSION`, `IO` */
export function sortLinks(
  workspace: Workspace,
  links: readonly ScannedFile[],
  tracked: ReadonlySet<BundlePath>,
  follow: boolean,
): SortedLinks {
  const kept = new Map<BundlePath, string>();
  const followed = new Set<BundlePath>();
  const refused: RefusedLink[] = [];
  const targets = new Map(links.map(({ path }) => [path, targetOf(workspace, path)]));
  const decide = (path: BundlePath, target: string, why: string | undefined): void => {
    if (why === undefined) kept.set(path, target);
    else if (!follow) refused.push({ path, target, why });
    else if (leadsToFile(workspace, path)) followed.add(path);
    else refused.push({ path, target, why: `${why}, and it leads to no file whose content could be stored` });
  };
  for (const [path, target] of targets) {
    const problem = linkTargetProblem(path, target);
    const through = problem
      ? undefined
      : passedLink(
          path,
          target,
          (each) => targets.has(each as BundlePath) || tracked.has(each as BundlePath),
        );
    decide(
      path,
      target,
      problem ?? (through === undefined ? undefined : `its target goes through the link ${through}`),
    );
  }
  return { kept, followed, refused };
}
