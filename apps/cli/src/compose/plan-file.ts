import { resolve } from "node:path";
import { formatPlan, type PlanDocument, parsePlan } from "@bale/sdk";
import { localError, writeFileAtomic } from "@bale/workspace";
import { readNamedFile } from "./read-named-file.js";

/** @throws BaleError `NOT_FOUND`, `PERMISSION`, `USAGE`, `UNSUPPORTED`, `LIMIT` */
export function readPlan(file: string, cwd: string): PlanDocument {
  return parsePlan(readNamedFile(resolve(cwd, file)));
}

/** Whole or not at all. @throws BaleError `PERMISSION`, `NO_SPACE`, `IO` */
export function writePlan(file: string, cwd: string, plan: PlanDocument): void {
  const path = resolve(cwd, file);
  try {
    writeFileAtomic(path, formatPlan(plan), { mode: 0o644, sync: false });
  } catch (error) {
    throw localError(error, path, "writing");
  }
}
