import { type BlobLocator, type Plugin, secret } from "@bale/spec";
import { memoryDriver } from "@bale/storage";
import {
  blobDriverConformance,
  credentialProviderConformance,
  type PluginHarness,
  pluginConformance,
  remoteRepositoryConformance,
  type TestApi,
} from "../../src/index.js";
import { memoryContent, memoryRemote } from "./memory-remote.js";
import { MANIFEST, shelfPlugin } from "./sample-plugin.js";

const nothing = async (): Promise<void> => {};

/** What the suite of plugins has to know of the sample. */
export function shelfHarness(change: (plugin: Plugin) => Plugin = (plugin) => plugin): PluginHarness {
  const shelves = { blobs: new Map(), users: new Map() };
  return {
    exported: () => change(shelfPlugin(shelves)),
    manifest: MANIFEST,
    stores: [
      {
        description: { type: "shelf", shelf: "top" },
        trust: { kind: "needs-consent", line: "shelf:top" },
        refused: [{ type: "shelf" }, { type: "shelf", shelf: 7 }, { type: "shelf", shelf: "top", more: 1 }],
      },
    ],
    sources: [
      {
        id: "label",
        config: { text: "a text that is secret" },
        origins: ["https://one.shelf.example"],
        refused: [{ text: 7 }],
      },
    ],
    [Symbol.asyncDispose]: nothing,
  };
}

/** Every suite, over the shortest things that keep its contract: what a test runner has to run. */
export function allSuites(api: TestApi): void {
  blobDriverConformance(api, async () => {
    const blobs = new Map<BlobLocator, Uint8Array>();
    return { open: async () => memoryDriver({ blobs }), [Symbol.asyncDispose]: nothing };
  });
  remoteRepositoryConformance(api, async () => {
    const content = memoryContent();
    return { open: async () => memoryRemote(content), [Symbol.asyncDispose]: nothing };
  });
  credentialProviderConformance(api, async () => ({
    open: async () => ({
      id: "one",
      resolve: async ({ origin }) =>
        origin === "https://ghcr.io" ? { kind: "bearer", token: secret("a text that is secret") } : undefined,
    }),
    known: [
      {
        request: { origin: "https://ghcr.io", actions: ["pull"] },
        credential: { kind: "bearer", token: secret("a text that is secret") },
      },
    ],
    [Symbol.asyncDispose]: nothing,
  }));
  pluginConformance(api, async () => shelfHarness());
}
