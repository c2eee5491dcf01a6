import type {
  BlobContribution,
  CredentialContribution,
  CredentialProvider,
  HttpClient,
  Plugin,
  PluginContext,
  RemoteContribution,
  RemoteRepository,
} from "@bale/spec";
import { secret } from "@bale/spec";
import { memoryDriver } from "@bale/storage";
import { createPluginHost, type PluginHost, type PluginHostOptions } from "./plugin-host.js";

export const http = { request: async () => ({}) } as unknown as HttpClient;
export const driver = memoryDriver();
export const provider: CredentialProvider = {
  id: "test",
  resolve: async () => ({ kind: "bearer", token: secret("token-of-the-test") }),
};

/** Every call of a plugin's function, in order: what ran, and nothing else did. */
export interface Recorder {
  readonly calls: string[];
  readonly contexts: PluginContext[];
}
export function recorder(): Recorder {
  return { calls: [], contexts: [] };
}

export function shelf(into: Recorder, changes: Partial<BlobContribution> = {}): BlobContribution {
  return {
    scheme: "shelf",
    config: {
      parse: (input) => {
        into.calls.push("parse");
        const { place } = input as { place?: unknown };
        return typeof place === "string"
          ? { ok: true, value: input }
          : { ok: false, error: [{ path: ["place"], message: "is no text" }] };
      },
    },
    open: async (_config, context) => {
      into.calls.push("open");
      into.contexts.push(context);
      return driver;
    },
    trust: () => {
      into.calls.push("trust");
      return { kind: "needs-consent", line: "shelf:x" };
    },
    describe: () => {
      into.calls.push("describe");
      return { place: "x", type: "something else" };
    },
    ...changes,
  };
}
/** Enough of a repository to be taken for one. */
export const repository = {
  registry: "ghcr.io",
  repository: "acme/app",
  limits: {},
  blobs: driver,
  ...Object.fromEntries(
    [
      "resolve",
      "getManifest",
      "putManifest",
      "moveTag",
      "deleteTag",
      "listTags",
      "listReferrers",
      "ping",
    ].map((name) => [name, () => undefined]),
  ),
  [Symbol.asyncDispose]: async () => {},
} as unknown as RemoteRepository;
export const remote: RemoteContribution = { scheme: "registry", open: async () => repository };
export const helper: CredentialContribution = {
  id: "helper",
  config: { parse: (input) => ({ ok: true, value: input }) },
  open: async () => provider,
};

export function plugin(name: string, members: Partial<Plugin>): Plugin {
  return { specVersion: 1, name, ...members };
}
export function hostOf(options: Partial<PluginHostOptions>, ...plugins: readonly unknown[]): PluginHost {
  const host = createPluginHost({
    env: { HOME: "/h" },
    http,
    credentials: provider,
    log: () => {},
    ...options,
  });
  for (const one of plugins) host.use(one);
  return host;
}
export function hostWith(...plugins: readonly unknown[]): PluginHost {
  return hostOf({}, ...plugins);
}
export function failureOf(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error("it should have failed");
}

/** What a promise fails with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<Error> {
  const [outcome] = await Promise.allSettled([promise]);
  if (outcome.status === "fulfilled") throw new Error("it should have failed");
  return outcome.reason as Error;
}
