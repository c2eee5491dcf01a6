import type { BlobDriver, HttpClient, PluginContext } from "@bale/spec";
import type { AzureConfig } from "./config.js";
import { azureConfig } from "./config.js";
import { type AzureDriverOptions, openAzure } from "./driver.js";

/** 2026-01-02 03:04:05 UTC. */
export const NOW = 1_767_323_045_000;
export const KEY: string = Buffer.from("s3cr3t key of an account").toString("base64");
export const STORE = { type: "azure", account: "acme", container: "models", prefix: "bales" } as const;
export const ENV = { AZURE_STORAGE_ACCOUNT: "acme", AZURE_STORAGE_KEY: KEY };

export function configOf(input: unknown): AzureConfig {
  const parsed = azureConfig.parse(input);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}
export function contextOf(
  http: HttpClient,
  changes: Partial<Omit<PluginContext, "http">> = {},
): PluginContext {
  return {
    env: ENV,
    http,
    credentials: { id: "none", resolve: async () => undefined },
    log: () => undefined,
    ...changes,
  };
}
export function driverOf(
  http: HttpClient,
  changes: Partial<Omit<PluginContext, "http">> = {},
  options: AzureDriverOptions = {},
  input: unknown = STORE,
): BlobDriver {
  return openAzure(configOf(input), contextOf(http, changes), { now: () => NOW, ...options }).driver;
}
