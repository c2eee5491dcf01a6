import { join } from "node:path";
import { BaleError } from "@bale/spec";
import {
  findWorkspace,
  PROJECT_FILE,
  parseConfigValue,
  readProject,
  setProjectValue,
  setUserValue,
} from "@bale/workspace";
import type { CommandCall } from "../definition/command-call.js";
import { didYouMean } from "../errors/did-you-mean.js";
import {
  type EffectiveValue,
  environmentValues,
  PROJECT_CONFIG_KEYS,
  projectValues,
  userValues,
} from "../settings/effective-values.js";
import { configFiles } from "../settings/load-user-config.js";

const USER_CONFIG_KEYS: readonly string[] = [
  "defaultRegistry",
  "trustedStores",
  "stores",
  "registries",
  "plugins",
  "registryConfig",
  "caFile",
  "concurrency",
  "retries",
  "timeout",
  "lockTimeout",
  "fsync",
  "progress",
  "color",
];

async function workspaceHere(call: CommandCall): Promise<string | undefined> {
  try {
    return await findWorkspace(call.cwd);
  } catch (error) {
    if (BaleError.is(error, "NOT_A_WORKSPACE")) return undefined;
    throw error;
  }
}

/** Every value that something sets, by key; a variable replaces what files say. */
export async function effectiveValues(call: CommandCall): Promise<readonly EffectiveValue[]> {
  const { io, settings } = call;
  const values = new Map<string, EffectiveValue>();
  const root = await workspaceHere(call);
  const project = root === undefined ? undefined : await readProject(root);
  const rows = [
    ...(root === undefined || !project ? [] : projectValues(project, join(root, PROJECT_FILE))),
    ...userValues(settings.user.config, settings.user.origins, io),
    ...environmentValues(io),
  ];
  for (const row of rows) values.set(row.key, row);
  return [...values.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Whether a key is of `bale.yaml` or of the user's file. @throws BaleError `USAGE` for a key that is in neither */
export function placeOf(key: string): "project" | "user" {
  const [first = ""] = key.split(".");
  if (PROJECT_CONFIG_KEYS.includes(first)) return "project";
  if (USER_CONFIG_KEYS.includes(first)) return "user";
  const meant = didYouMean(first, [...PROJECT_CONFIG_KEYS, ...USER_CONFIG_KEYS]);
  throw new BaleError({
    code: "USAGE",
    message: `no such key: ${JSON.stringify(key.slice(0, 100))}${meant === undefined ? "" : ` (did you mean ${meant}?)`}`,
    context: { key: key.slice(0, 100), see: "bale help config" },
  });
}

/** Sets one key where it belongs, or removes it; the file that was written. */
export async function writeValue(call: CommandCall, key: string, text: string | undefined): Promise<string> {
  const value = text === undefined ? undefined : await parseConfigValue(text);
  if (placeOf(key) === "user") {
    const file = configFiles(call.io).user;
    await setUserValue(file, key, value);
    return file;
  }
  const root = await findWorkspace(call.cwd);
  await setProjectValue(root, key, value);
  return join(root, PROJECT_FILE);
}
