import { LIMITS, type RemoteRepository } from "@bale/spec";
import { registryBlobs } from "../blobs/registry-blobs.js";
import { examineRegistry } from "../probe/examine-registry.js";
import { rehearsalClient } from "../rehearsal/rehearsal-client.js";
import { deleteTag } from "./delete-manifest.js";
import { describeManifest } from "./describe-manifest.js";
import { getManifest } from "./fetch-manifest.js";
import { listReferrers } from "./list-referrers.js";
import { listRepositories } from "./list-repositories.js";
import { listTags } from "./list-tags.js";
import { moveTag } from "./move-tag.js";
import { pingRegistry } from "./ping-registry.js";
import { putManifest } from "./put-manifest.js";
import type { RegistryExchange } from "./registry-exchange.js";
import type { RegistryRepositoryOptions } from "./registry-options.js";
import { registryProfile } from "./registry-profile.js";

const FIRST_PAUSE_MS = 200;

/** The options with every default filled in. */
export function openExchange(options: RegistryRepositoryOptions): RegistryExchange {
  const known = options.profile ?? registryProfile(options.registry);
  const { chunkSize } = options;
  const profile =
    chunkSize === undefined
      ? known
      : { ...known, chunkSize, chunkThreshold: Math.min(known.chunkThreshold, chunkSize) };
  return {
    registry: options.registry,
    repository: options.repository,
    origin: options.origin,
    http: options.http,
    profile,
    limits: {
      manifestBytes: Math.min(
        LIMITS.manifestBytes,
        profile.manifestBytes ?? LIMITS.manifestBytes,
        profile.maxRequestBytes ?? LIMITS.manifestBytes,
      ),
      manifestLayers: profile.manifestLayers ?? LIMITS.manifestLayers,
      ...(profile.envelope ? { envelope: profile.envelope } : {}),
      ...options.limits,
    },
    log: options.log ?? (() => undefined),
    tries: options.tries ?? LIMITS.tries,
    pauseMs: options.pauseMs ?? FIRST_PAUSE_MS,
  };
}

/**
 * One repository of a registry, over distribution spec 1.1 and what real registries make of it. The `http` client is the caller's and is not disposed.
 *
 * @example
 * const repository = createRegistryRepository({
 *   registry: "ghcr.io", repository: "acme/models/malaria", origin: "https://ghcr.io", http,
 * });
 * const found = await repository.resolve(parseTag("v2"));
 */
export function createRegistryRepository(options: RegistryRepositoryOptions): RemoteRepository {
  const exchange = openExchange(options);
  return {
    registry: exchange.registry,
    repository: exchange.repository,
    limits: exchange.limits,
    resolve: (tag, call) => describeManifest(exchange, tag, call),
    getManifest: (digest, call) => getManifest(exchange, digest, call),
    putManifest: (manifest, call) => putManifest(exchange, manifest, call),
    moveTag: (tag, to, call) => moveTag(exchange, tag, to, call),
    deleteTag: (tag, call) => deleteTag(exchange, tag, call),
    listTags: (call) => listTags(exchange, call),
    listReferrers: (digest, call) => listReferrers(exchange, digest, call),
    ping: (call) => pingRegistry(exchange, call),
    examine: (call) => examineRegistry(exchange, call),
    listRepositories: (call) => listRepositories(exchange, call),
    rehearse: () => {
      const { http, cost } = rehearsalClient(options.http);
      return { repository: createRegistryRepository({ ...options, http }), cost };
    },
    blobs: registryBlobs(exchange),
    [Symbol.asyncDispose]: async () => undefined,
  };
}
