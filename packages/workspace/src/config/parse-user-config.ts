import { configError } from "./config-error.js";
import { registryIssues } from "./registry-schema.js";
import { unknownKeys } from "./unknown-keys.js";
import type { UserConfig } from "./user-config.js";
import { checkUserForm, USER_KEYS, type UserInput } from "./user-schema.js";
import { readYaml } from "./yaml-document.js";

function configFrom(input: UserInput): UserConfig {
  const { registries, trustedStores, plugins, timeout, lockTimeout, ...rest } = input;
  return {
    ...rest,
    trustedStores: trustedStores ?? [],
    plugins: plugins ?? [],
    registries: new Map(Object.entries(registries ?? {})),
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
    ...(lockTimeout === undefined ? {} : { lockTimeoutMs: lockTimeout }),
  };
}

/** Checks one file. @throws BaleError `CONFIG_INVALID` with every mistake, each with line and column */
export async function parseUserConfig(bytes: Uint8Array, file: string): Promise<UserConfig> {
  const document = await readYaml(bytes);
  if (document.issues.length > 0) throw configError(file, document.issues);
  const value = document.value ?? {};
  const { output, issues } = checkUserForm(value);
  const registries = typeof value === "object" ? (value as { registries?: unknown }).registries : undefined;
  const all = [...unknownKeys(value, [], USER_KEYS), ...registryIssues(registries), ...issues];
  if (output === undefined || all.length > 0) throw configError(file, all.map(document.place));
  return configFrom(output);
}
