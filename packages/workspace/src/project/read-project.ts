import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { controlPaths, PROJECT_FILE } from "../control-folder.js";
import { errnoOf, localError } from "../local-error.js";
import { writeFileAtomic } from "../write-atomic.js";
import { type Project, type ProjectData, projectFrom } from "./project.js";

interface KeptProject {
  /** Of the form below; a change of it makes old copies useless. */
  readonly version: 1;
  /** sha256 of the bytes of `bale.yaml`. */
  readonly of: string;
  /** sha256 of `data` as JSON. */
  readonly sum: string;
  readonly data: ProjectData;
}

/**
 * Reads the bytes of a `bale.yaml`, of this workspace or out of a bundle. `file` is the name in messages.
 * @throws BaleError `CONFIG_INVALID` with every mistake, each with line and column
 */
export async function parseProject(bytes: Uint8Array, file: string = PROJECT_FILE): Promise<Project> {
  const { parseProjectData } = await import("./parse-project-data.js");
  return projectFrom(await parseProjectData(bytes, file));
}

function readKept(file: string, of: string): ProjectData | undefined {
  try {
    const kept = JSON.parse(readFileSync(file, "utf8")) as KeptProject;
    return kept.version === 1 && kept.of === of && kept.sum === hash("sha256", JSON.stringify(kept.data))
      ? kept.data
      : undefined;
  } catch {
    return undefined; // Absent or damaged: it is made again.
  }
}

function keep(file: string, of: string, data: ProjectData): void {
  const kept: KeptProject = { version: 1, of, sum: hash("sha256", JSON.stringify(data)), data };
  try {
    writeFileAtomic(file, Buffer.from(JSON.stringify(kept)), { sync: false });
  } catch {
    // A disk that is full or read-only costs only the time of parsing again.
  }
}

/** The bytes of `bale.yaml`, or `undefined` without one. @throws BaleError `PERMISSION`, `IO` */
export function readProjectBytes(root: string): Uint8Array | undefined {
  const file = join(root, PROJECT_FILE);
  try {
    return readFileSync(file);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw localError(error, file, "reading");
  }
}

/**
 * Reads `bale.yaml` at the root of a workspace; `undefined` without one. The parsed form is kept in `.bale/project.json` under the digest of the
 * bytes (the file is small, and a digest cannot be fooled by a clock), so that YAML is loaded only after a change.
 * @throws BaleError `CONFIG_INVALID`, `PERMISSION`, `IO`
 */
export async function readProject(root: string): Promise<Project | undefined> {
  const bytes = readProjectBytes(root);
  if (bytes === undefined) return undefined;
  const { project: file } = controlPaths(root);
  const of = hash("sha256", bytes);
  const kept = readKept(file, of);
  if (kept !== undefined) return projectFrom(kept);
  const { parseProjectData } = await import("./parse-project-data.js");
  const data = await parseProjectData(bytes, PROJECT_FILE);
  keep(file, of, data);
  return projectFrom(data);
}
