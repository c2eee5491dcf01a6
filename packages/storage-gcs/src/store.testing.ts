import { type BlobDriver, type HttpClient, type PluginContext, secret } from "@bale/spec";
import { type GcsConfig, gcsConfig } from "./config.js";
import { type GcsDriverOptions, openGcs } from "./driver.js";

/** 2026-01-02 03:04:05 UTC. */
export const NOW = 1_767_323_045_000;
export const TOKEN = "ya29.s3cr3t-token";
export const STORE = { type: "gcs", bucket: "models", prefix: "bales" } as const;
export const NOBODY: PluginContext["credentials"] = { id: "none", resolve: async () => undefined };

export function configOf(input: unknown): GcsConfig {
  const parsed = gcsConfig.parse(input);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}
export function contextOf(
  http: HttpClient,
  changes: Partial<Omit<PluginContext, "http">> = {},
): PluginContext {
  return {
    env: {},
    http,
    credentials: { id: "test", resolve: async () => ({ kind: "bearer", token: secret(TOKEN) }) },
    log: () => undefined,
    ...changes,
  };
}
export function driverOf(
  http: HttpClient,
  changes: Partial<Omit<PluginContext, "http">> = {},
  options: GcsDriverOptions = {},
  input: unknown = STORE,
): BlobDriver {
  const patience = { sleep: async () => {}, random: () => 0 };
  return openGcs(configOf(input), contextOf(http, changes), { now: () => NOW, patience, ...options }).driver;
}
