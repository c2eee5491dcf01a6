import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { LIMITS } from "@bale/spec";
import { configError } from "./config-error.js";
import { errnoOf } from "./local-error.js";

export interface DockerConfig {
  readonly path: string;
  /** As it is in the file; empty for an empty file. */
  readonly text: string;
  readonly auths: ReadonlyMap<string, unknown>;
  readonly credHelpers: ReadonlyMap<string, string>;
  readonly credsStore: string | undefined;
}

async function readBounded(file: FileHandle): Promise<Uint8Array> {
  const buffer = new Uint8Array(LIMITS.configBytes + 1);
  let size = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, size, buffer.length - size);
    size += bytesRead;
    if (bytesRead === 0 || size === buffer.length) return buffer.subarray(0, size);
  }
}

async function readBytes(path: string): Promise<Uint8Array | undefined> {
  try {
    // Without O_NONBLOCK, opening a pipe that nobody writes to would never end.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stat = await file.stat();
      // /dev/null is how podman's users say "no file".
      if (!stat.isFile() && !stat.isCharacterDevice())
        throw configError(path, `${path} is no file of credentials`, "it is a folder, a pipe or a socket");
      return await readBounded(file);
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    if (code === undefined) throw error;
    throw configError(path, `${path} cannot be read`, `the operating system says ${code}`);
  }
}

/** `Object.entries` of an optional member; the text of a mistake otherwise. */
function entriesOf(value: unknown): readonly (readonly [string, unknown])[] | undefined {
  if (value === undefined || value === null) return [];
  return typeof value === "object" && !Array.isArray(value) ? Object.entries(value) : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a text holds, in Docker's form. @throws BaleError `CONFIG_INVALID`, naming the file and no content of it */
export function parseConfig(path: string, bytes: Uint8Array): DockerConfig {
  const refuse = (why: string): Error =>
    configError(
      path,
      `${path} is no file of credentials`,
      why,
      "repair it, or move it away and log in again",
    );
  if (bytes.length > LIMITS.configBytes) throw refuse(`it is larger than ${LIMITS.configBytes} bytes`);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refuse("it is not UTF-8");
  }
  // docker and podman take an empty file for an empty object.
  const root = text.trim() === "" ? {} : parse(text);
  if (typeof root !== "object" || root === null || Array.isArray(root)) throw refuse("it is no JSON object");
  const members = new Map<string, unknown>(Object.entries(root));
  const auths = entriesOf(members.get("auths"));
  if (!auths) throw refuse("auths is no object");
  const credHelpers = entriesOf(members.get("credHelpers"));
  if (!credHelpers?.every((entry): entry is readonly [string, string] => typeof entry[1] === "string"))
    throw refuse("credHelpers is no object of names");
  const credsStore = members.get("credsStore") ?? undefined;
  if (credsStore !== undefined && typeof credsStore !== "string") throw refuse("credsStore is no name");
  return { path, text, auths: new Map(auths), credHelpers: new Map(credHelpers), credsStore };
}

/** Reads a file; `undefined` when there is none. @throws BaleError `CONFIG_INVALID` when it cannot be read or understood */
export async function readConfig(path: string): Promise<DockerConfig | undefined> {
  const bytes = await readBytes(path);
  return bytes && parseConfig(path, bytes);
}
