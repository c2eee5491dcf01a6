import type { RemoteHarness } from "@bale/conformance";
import { createHttpClient } from "@bale/http";
import type { HttpClient, RemoteRepository } from "@bale/spec";
import { createRegistryRepository, type RegistryRepositoryOptions } from "../src/index.js";

/** A client that does not wait between tries. */
export function impatientHttp(options: Parameters<typeof createHttpClient>[0] = {}): HttpClient {
  return createHttpClient({ ...options, sleep: async () => undefined });
}

/** A repository at a registry that a test runs, without waits between tries. */
export function repositoryAt(
  server: { readonly host: string; readonly url: string },
  http: HttpClient,
  options: Partial<RegistryRepositoryOptions> = {},
): RemoteRepository {
  return createRegistryRepository({
    registry: server.host,
    repository: "acme/app",
    origin: server.url,
    http,
    pauseMs: 0,
    ...options,
  });
}

/** A harness that gives each test a repository of its own below `acme/<name>`, at a server that all share. */
export function harnessAt(
  name: string,
  server: () => { readonly host: string; readonly url: string },
  http: () => HttpClient,
  options: Partial<RegistryRepositoryOptions> = {},
): () => Promise<RemoteHarness> {
  let made = 0;
  return async () => {
    const repository = `acme/${name}/${++made}`;
    return {
      open: async () => repositoryAt(server(), http(), { ...options, repository }),
      [Symbol.asyncDispose]: async () => undefined,
    };
  };
}
