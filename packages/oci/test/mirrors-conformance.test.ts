import { remoteRepositoryConformance } from "@bale/conformance";
import type { HttpClient } from "@bale/spec";
import { startTestRegistry, type TestRegistry } from "@bale/test-registry";
import { afterAll, beforeAll, describe, it } from "vitest";
import { mirroredRepository } from "../src/mirrors/mirrored-repository.js";
import { createMirrorOpener } from "../src/mirrors/open-mirrors.js";
import { impatientHttp, repositoryAt } from "./registry-harness.js";

let registry: TestRegistry;
let mirror: TestRegistry;
let http: HttpClient;
beforeAll(async () => {
  registry = await startTestRegistry();
  mirror = await startTestRegistry();
  http = impatientHttp();
});
afterAll(async () => {
  await http[Symbol.asyncDispose]();
  await registry.close();
  await mirror.close();
});

/** `where`: what the mirror is to the registry. Reading through itself is the case of a mirror that has everything at once. */
function suite(where: "empty" | "itself" | "closed"): void {
  let made = 0;
  remoteRepositoryConformance({ describe, it }, async () => {
    const repository = `acme/mirrored-${where}/${++made}`;
    const hosts = { empty: mirror.host, itself: registry.host, closed: "127.0.0.1:1" };
    return {
      open: async () => {
        const places = [{ registry: hosts[where], tags: true }];
        const mirrors = createMirrorOpener(undefined).open(repository, places, {
          http,
          log: () => undefined,
        });
        return mirroredRepository(repositoryAt(registry, http, { repository }), mirrors);
      },
      [Symbol.asyncDispose]: async () => undefined,
    };
  });
}

describe("a registry with a mirror that has nothing", () => suite("empty"));
describe("a registry with a mirror that has everything", () => suite("itself"));
describe("a registry with a mirror that is not there", () => suite("closed"));
