import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BlobHarness, blobDriverConformance } from "@bale/conformance";
import type { HttpClient, RemoteRepository } from "@bale/spec";
import { readOnlyLayer } from "@bale/storage";
import { startTestRegistry, type TestRegistry } from "@bale/test-registry";
import { afterAll, beforeAll, describe, it } from "vitest";
import { openLayout, type RegistryProfile, registryProfile } from "../src/index.js";
import { impatientHttp, repositoryAt } from "./registry-harness.js";

/** The repository's driver; closing it closes the repository. */
function blobsOf(repository: RemoteRepository): RemoteRepository["blobs"] {
  return {
    ...repository.blobs,
    [Symbol.asyncDispose]: () => repository[Symbol.asyncDispose]() as Promise<void>,
  };
}

describe("an image layout", () => {
  blobDriverConformance({ describe, it }, async () => {
    const folder = await mkdtemp(join(tmpdir(), "bale-layout-blobs-"));
    const open = async (name: string) =>
      blobsOf(await openLayout({ directory: join(folder, name), create: true, fsync: "never" }));
    return {
      open: () => open("layout"),
      openMissing: () => open("nowhere"),
      openReadOnly: async () => readOnlyLayer()(await open("layout")),
      [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
    };
  });
});

let registry: TestRegistry;
let http: HttpClient;
beforeAll(async () => {
  registry = await startTestRegistry();
  http = impatientHttp();
});
afterAll(async () => {
  await http[Symbol.asyncDispose]();
  await registry.close();
});

const plain = registryProfile("registry.example");
const ways: Readonly<Record<string, Partial<RegistryProfile>>> = {
  "one PUT": {},
  "one POST": { postUpTo: 10_000_000 },
  chunks: { chunkThreshold: 0, chunkSize: 60_000 },
};

for (const [way, change] of Object.entries(ways))
  describe(`a registry, blobs sent by ${way}`, () => {
    let made = 0;
    blobDriverConformance({ describe, it }, async (): Promise<BlobHarness> => {
      registry.clearFaults();
      const repository = `acme/blobs-${way.replace(" ", "-").toLowerCase()}/${++made}`;
      const open = async (name: string) =>
        blobsOf(repositoryAt(registry, http, { repository: name, profile: { ...plain, ...change } }));
      return {
        open: () => open(repository),
        openMissing: () => open("acme/nobody-made-this"),
        openReadOnly: async () => readOnlyLayer()(await open(repository)),
        failAfter: async (afterBytes) => {
          registry.addFault({ path: /\/uploads\//, action: { kind: "reset-upload", afterBytes } });
        },
        [Symbol.asyncDispose]: async () => registry.clearFaults(),
      };
    });
  });
