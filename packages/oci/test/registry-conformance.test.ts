import { remoteRepositoryConformance } from "@bale/conformance";
import type { HttpClient } from "@bale/spec";
import {
  type RegistryProfileName,
  registryProfiles,
  startTestRegistry,
  type TestRegistry,
} from "@bale/test-registry";
import { afterAll, beforeAll, describe, it } from "vitest";
import { type RegistryProfile, registryProfile } from "../src/index.js";
import { harnessAt, impatientHttp } from "./registry-harness.js";

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
  "one POST": { postUpTo: 100_000 },
  chunks: { chunkThreshold: 0, chunkSize: 9_000 },
};
const imitated = Object.keys(registryProfiles).filter(
  // These refuse the types of the suite's manifests; bale meets them with its compatible envelope.
  (name) => name !== "gitlab" && name !== "quay",
) as RegistryProfileName[];

for (const [way, change] of Object.entries(ways))
  describe(`a registry by the spec, blobs sent by ${way}`, () => {
    beforeAll(() => registry.resetQuirks());
    remoteRepositoryConformance(
      { describe, it },
      harnessAt(
        `by-spec-${way.replace(" ", "-").toLowerCase()}`,
        () => registry,
        () => http,
        { profile: { ...plain, ...change } },
      ),
    );
  });

for (const name of imitated)
  describe(`a registry with the habits of ${name}, unknown to the client`, () => {
    beforeAll(() => {
      registry.resetQuirks();
      registry.setQuirks(registryProfiles[name]);
      // Only hosted registries want the repository to exist; here the suite makes its own.
      registry.setQuirks({ unknownRepositoryPush: "created" });
    });
    remoteRepositoryConformance(
      { describe, it },
      harnessAt(
        `like-${name}`,
        () => registry,
        () => http,
        { profile: { ...plain, chunkThreshold: 4_000, chunkSize: 8_000 } },
      ),
    );
  });
