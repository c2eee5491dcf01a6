import { remoteRepositoryConformance } from "@bale/conformance";
import type { HttpClient } from "@bale/spec";
import { serviceOrSkip, startRegistry } from "@bale/tooling-services";
import { afterAll, beforeAll, describe, it } from "vitest";
import { registryProfile } from "../src/index.js";
import { harnessAt, impatientHttp } from "./registry-harness.js";

type Running = Awaited<ReturnType<typeof startRegistry>>;
// Of the suite's blobs the large ones go in chunks, and all others in one PUT.
const profile = { ...registryProfile("registry.example"), chunkThreshold: 4_000, chunkSize: 9_000 };

for (const kind of ["distribution", "docker-registry", "ggcr"] as const)
  describe.skipIf(!serviceOrSkip(kind))(`real registry ${kind}`, () => {
    let registry: Running;
    let http: HttpClient;
    beforeAll(async () => {
      registry = await startRegistry(kind);
      http = impatientHttp();
    });
    afterAll(async () => {
      await http?.[Symbol.asyncDispose]();
      await registry?.stop();
    });
    remoteRepositoryConformance(
      { describe, it },
      harnessAt(
        "conformance",
        () => registry,
        () => http,
        { profile },
      ),
    );
  });
