import { mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { JsonValue } from "@bale/spec";
import { errnoOf, localError } from "../local-error.js";
import { writeFileAtomic } from "../write-atomic.js";
import { parseConfigKey } from "./config-key.js";
import { editYaml } from "./edit-yaml.js";
import {
  EMPTY_USER_CONFIG,
  type LoadedUserConfig,
  type UserConfig,
  type UserConfigFiles,
} from "./user-config.js";

function readIfThere(file: string): Uint8Array | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    const name = errnoOf(error);
    if (name === "ENOENT" || name === "ENOTDIR") return undefined;
    throw localError(error, file, "reading");
  }
}

async function readOne(file: string): Promise<UserConfig | undefined> {
  const bytes = readIfThere(file);
  if (bytes === undefined || bytes.length === 0) return undefined;
  const { parseUserConfig } = await import("./parse-user-config.js");
  return parseUserConfig(bytes, file);
}

/** The user's file decides key by key, and host by host; lists of the system's file are kept in front of the user's. */
export function mergeUserConfig(system: UserConfig, user: UserConfig): UserConfig {
  return {
    ...system,
    ...user,
    trustedStores: [...new Set([...system.trustedStores, ...user.trustedStores])],
    plugins: [...new Set([...system.plugins, ...user.plugins])],
    registries: new Map([...system.registries, ...user.registries]),
  };
}

function keysOf(config: UserConfig): readonly string[] {
  const { registries, ...rest } = config;
  return [
    ...Object.entries(rest)
      .filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0))
      .map(([key]) => key),
    ...[...registries.keys()].map((host) => `registries.${host}`),
  ];
}

/**
 * Reads the system's and the user's `config.yaml`; absent files are empty.
 * @throws BaleError `CONFIG_INVALID` with every mistake of the first file that has any; `PERMISSION`, `IO`
 */
export async function readUserConfig(files: UserConfigFiles): Promise<LoadedUserConfig> {
  const system = (await readOne(files.system)) ?? EMPTY_USER_CONFIG;
  const user = (await readOne(files.user)) ?? EMPTY_USER_CONFIG;
  const origins = new Map<string, string>();
  for (const key of keysOf(system)) origins.set(key, files.system);
  for (const key of keysOf(user)) origins.set(key, files.user);
  return { config: mergeUserConfig(system, user), origins };
}

/**
 * Sets one key of the user's file, or removes it when the value is `undefined`. The file is made, readable by the user alone; comments stay.
 * @throws BaleError `CONFIG_INVALID`, `USAGE`, `PERMISSION`, `NO_SPACE`, `IO`
 */
export async function setUserValue(
  file: string,
  key: string | readonly string[],
  value: JsonValue | undefined,
): Promise<void> {
  const { parseUserConfig } = await import("./parse-user-config.js");
  const bytes = readIfThere(file) ?? new Uint8Array(0);
  await parseUserConfig(bytes, file);
  const path = typeof key === "string" ? parseConfigKey(key) : key;
  const edited = Buffer.from(await editYaml(Buffer.from(bytes).toString("utf8"), path, value), "utf8");
  await parseUserConfig(edited, file);
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw localError(error, file, "writing");
  }
  const mode = bytes.length === 0 ? 0o600 : statSync(file).mode & 0o777;
  writeFileAtomic(file, edited, { sync: true, mode });
}
