import assert from "node:assert/strict";
import { createPluginHost, type PluginHost, readPluginManifest } from "@bale/plugin-host";
import { BaleError, type HttpClient, type Plugin, type PluginManifest } from "@bale/spec";
import type { PluginHarness } from "./plugin-harness.js";

/** A host with one plugin, as bale itself has it, and how many requests it has seen. */
export interface PluginBed {
  readonly host: PluginHost;
  readonly plugin: Plugin;
  readonly requests: () => number;
}

/** What a package exports by default, as a plugin. */
export async function pluginOf(exported: unknown): Promise<Plugin> {
  return (typeof exported === "function" ? await (exported as () => unknown)() : exported) as Plugin;
}

/** What package.json says of the plugin; `undefined` where it says nothing. */
export function manifestOf({ manifest }: PluginHarness): PluginManifest | undefined {
  if (manifest === undefined) return undefined;
  const read = readPluginManifest(manifest);
  assert.ok(read.ok, `package.json describes it wrongly: ${JSON.stringify(read.ok ? "" : read.error)}`);
  return read.value;
}

/** The harness's client, or one that refuses every request; and how many there were. */
export function countingClient(client: HttpClient | undefined): {
  readonly http: HttpClient;
  readonly requests: () => number;
} {
  let requests = 0;
  return {
    http: {
      request: async (request) => {
        requests += 1;
        if (client) return client.request(request);
        throw new BaleError({ code: "OFFLINE", message: "the test has no network" });
      },
      // The client is the harness's, which closes it.
      [Symbol.asyncDispose]: async () => {},
    },
    requests: () => requests,
  };
}

export async function plugInto(harness: PluginHarness): Promise<PluginBed> {
  const { http, requests } = countingClient(harness.http);
  const host = createPluginHost({
    env: harness.env ?? {},
    http,
    ...(harness.credentials ? { credentials: harness.credentials } : {}),
    log: () => {},
  });
  const plugin = await pluginOf(harness.exported);
  host.use(plugin);
  return { host, plugin, requests };
}

/** What a promise fails with; a test fails when it does not. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return BaleError.is(error) ? error.code : `no BaleError: ${String(error)}`;
  }
  return "nothing";
}
