import { existsSync } from "node:fs";
import { join } from "node:path";
import { BaleError } from "@bale/spec";
import {
  controlPaths,
  inspectLock,
  inspectStatCache,
  listDamagedIndexObjects,
  loadState,
  lockWorkspace,
  PROJECT_FILE,
  readIndexObject,
  readProject,
  reclaimLeftovers,
  removeStatCache,
  repairState,
  type WorkspaceLock,
} from "@bale/workspace";
import type { DoctorProblem, DoctorReport } from "./trust-types.js";

/** One finding, and what `--repair` does about it; without `repair` only a person can. */
interface Finding {
  readonly what: string;
  readonly fix: string;
  /** Returns what was done. */
  readonly repair?: (lock: WorkspaceLock) => Promise<string> | string;
}
type Check = (root: string) => Finding | undefined | Promise<Finding | undefined>;

const REPAIR = "run `bale doctor --repair`";

const checkLock: Check = (root) => {
  const lock = inspectLock(root);
  if (!lock?.dead) return undefined;
  const who =
    lock.pid === undefined ? "a process that left no record" : `process ${lock.pid} (${lock.command ?? ""})`;
  // Whoever locks next removes it: taking the lock for the repair is the repair.
  return {
    what: `the lock was left behind by ${who}, which is gone`,
    fix: "nothing needs to be done: the next command takes it over",
    repair: () => "it was removed",
  };
};

const checkState: Check = (root) => {
  try {
    loadState(root);
    return undefined;
  } catch (error) {
    if (!BaleError.is(error)) throw error;
    if (error.code !== "STATE_CORRUPT") return { what: error.message, fix: error.fix ?? error.why ?? "" };
    return {
      what: error.message,
      fix: `${REPAIR}: the damaged state is put aside and a new one begun; no file of yours is touched`,
      repair: async (lock) => {
        const { backup } = await repairState(root, lock);
        return `a new state was begun (the damaged one is ${backup ?? "gone"}); \`bale pull\` takes over the files that equal the remote's`;
      },
    };
  }
};

const checkStatCache: Check = (root) => {
  const condition = inspectStatCache(root);
  if (condition === "good" || condition === "absent") return undefined;
  return {
    what: condition === "newer" ? "the stat cache was written by a newer bale" : "the stat cache is damaged",
    fix: `${REPAIR}: it is removed, and the next command reads every file once`,
    repair: () => {
      removeStatCache(root);
      return "it was removed; the next command reads every file once";
    },
  };
};

const checkProject: Check = async (root) => {
  if (!existsSync(join(root, PROJECT_FILE)))
    return {
      what: `${PROJECT_FILE} is missing`,
      fix: `\`bale restore ${PROJECT_FILE}\` if a command replaced it, \`bale pull --restore\` if the bundle has it, or \`bale init\` for a new one`,
    };
  try {
    await readProject(root);
    return undefined;
  } catch (error) {
    if (!BaleError.is(error)) throw error;
    return {
      what: [error.message, error.why].filter(Boolean).join(": "),
      fix: error.fix ?? `correct ${PROJECT_FILE}`,
    };
  }
};

const checkLeftovers: Check = (root) => {
  const { files, bytes } = reclaimLeftovers(root, { remove: false });
  if (files === 0) return undefined;
  return {
    what: `${files} temporary ${files === 1 ? "file" : "files"} (${bytes} bytes) were left behind in .bale`,
    fix: `${REPAIR}, or \`bale gc\``,
    repair: () => {
      reclaimLeftovers(root, { remove: true });
      return "they were removed";
    },
  };
};

const checkIndexObjects: Check = (root) => {
  const damaged = listDamagedIndexObjects(root);
  if (damaged.length === 0) return undefined;
  return {
    what: `${damaged.length} index ${damaged.length === 1 ? "object is" : "objects are"} damaged in ${controlPaths(root).index}`,
    fix: `${REPAIR}: they are removed and fetched again when they are needed`,
    // Reading one that is damaged removes it.
    repair: () => {
      for (const digest of damaged) readIndexObject(root, digest);
      return "they were removed; they are fetched again when they are needed";
    },
  };
};

// The state comes before the cache: a new state drops the cache that spoke of the old one.
const CHECKS: readonly Check[] = [
  checkLock,
  checkState,
  checkStatCache,
  checkProject,
  checkLeftovers,
  checkIndexObjects,
];

function reported({ what, fix }: Finding): DoctorProblem {
  return { what, fix, repaired: false };
}

/**
 * `bale doctor`: what is wrong with a workspace's own files, and with `repair` the cure where one is safe. No file of the working tree is ever
 * changed, and a state of a newer version is left as it is.
 * @throws BaleError `LOCKED` (only with `repair`), `PERMISSION`, `IO`
 */
export async function doctor(
  root: string,
  options: { readonly repair?: boolean | undefined } = {},
): Promise<DoctorReport> {
  const findings: Finding[] = [];
  for (const check of CHECKS) {
    const found = await check(root);
    if (found) findings.push(found);
  }
  if (!options.repair || !findings.some((found) => found.repair))
    return { root, problems: findings.map(reported) };
  await using lock = await lockWorkspace(root, { command: "bale doctor --repair" });
  const problems: DoctorProblem[] = [];
  for (const found of findings) {
    if (!found.repair) problems.push(reported(found));
    else problems.push({ what: found.what, fix: await found.repair(lock), repaired: true });
  }
  return { root, problems };
}
