import { BaleError, type PluginContext, type Secret, secret } from "@bale/spec";
import type { AzureConfig } from "../config.js";
import { isPublicEndpoint } from "../config-grammar.js";
import { type ConnectionString, parseConnectionString } from "./connection-string.js";

export interface EnvironmentAccess {
  readonly kind: "key" | "signature";
  readonly value: Secret;
  /** Name of the variable. */
  readonly source: string;
}

const CONNECTION = "AZURE_STORAGE_CONNECTION_STRING";

function connection(env: PluginContext["env"]): ConnectionString | undefined {
  const text = env[CONNECTION];
  if (!text) return undefined;
  const parsed = parseConnectionString(text);
  if (parsed) return parsed;
  throw new BaleError({
    code: "CONFIG_INVALID",
    message: `${CONNECTION} is no connection string of a storage account`,
    why: "it needs AccountName with AccountKey, or BlobEndpoint with SharedAccessSignature",
    fix: "copy it anew from the page Access keys of the account, or unset it",
  });
}

function accessOf(
  key: string | undefined,
  signature: string | undefined,
  sources: readonly [string, string],
): EnvironmentAccess | undefined {
  if (key) return { kind: "key", value: secret(key), source: sources[0] };
  if (!signature) return undefined;
  return { kind: "signature", value: secret(signature.replace(/^\?/, "")), source: sources[1] };
}

/**
 * What the variables of Azure's own tools say, where they are for this very account at this very address. A bundle can name any account, and
 * must not get what was meant for another one: a key or signature without AZURE_STORAGE_ACCOUNT is used for none.
 * @throws BaleError `CONFIG_INVALID`
 */
export function environmentAccess(
  config: AzureConfig,
  env: PluginContext["env"],
): EnvironmentAccess | undefined {
  const { account, endpoint } = config;
  const described = connection(env);
  if (described && described.account === account && described.endpoint === endpoint)
    return accessOf(described.key, described.signature, [CONNECTION, CONNECTION]);
  if (env["AZURE_STORAGE_ACCOUNT"] !== account) return undefined;
  const named = (env["AZURE_STORAGE_SERVICE_ENDPOINT"] ?? "").replace(/\/+$/, "");
  if (!isPublicEndpoint(endpoint, account) && named !== endpoint) return undefined;
  return accessOf(env["AZURE_STORAGE_KEY"], env["AZURE_STORAGE_SAS_TOKEN"], [
    "AZURE_STORAGE_KEY",
    "AZURE_STORAGE_SAS_TOKEN",
  ]);
}
