import { registryOrigin } from "@bale/http";
import type { Plugin, RemoteContribution } from "@bale/spec";
import { openLayout } from "./layout/open-layout.js";
import { mirroredRepository } from "./mirrors/mirrored-repository.js";
import { createMirrorOpener } from "./mirrors/open-mirrors.js";
import type { OciPluginOptions } from "./plugin-options.js";
import { createRegistryRepository } from "./registry/registry-repository.js";

const HUB = new Set(["docker.io", "index.docker.io", "registry-1.docker.io"]);

/** Docker Hub keeps its own images, which people name without a namespace, under `library`. */
function repositoryPath(registry: string, repository: string): string {
  return HUB.has(registry) && !repository.includes("/") ? `library/${repository}` : repository;
}

function registryRemotes(options: OciPluginOptions): RemoteContribution {
  const opener = createMirrorOpener(options.settings);
  return {
    scheme: "registry",
    open: async (location, { http, log }) => {
      const { registry } = location;
      const repository = repositoryPath(registry, location.repository);
      const settings = options.settings?.(registry, repository) ?? {};
      const { plainHttp, chunkSize, profile, envelope, mirrors = [] } = settings;
      const base = createRegistryRepository({
        registry,
        repository,
        http,
        origin: registryOrigin(registry, { plainHttp }),
        limits: envelope && { envelope },
        profile,
        chunkSize,
        log,
      });
      if (mirrors.length === 0) return base;
      return mirroredRepository(base, opener.open(repository, mirrors, { http, log }));
    },
  };
}

function layoutRemotes(options: OciPluginOptions): RemoteContribution {
  return {
    scheme: "oci",
    open: ({ repository }) => openLayout({ directory: repository, create: true, fsync: options.fsync }),
  };
}

/** Registries, and OCI image layouts, as remotes. A layout is made at the first write to it. */
export function oci(options: OciPluginOptions = {}): Plugin {
  return {
    specVersion: 1,
    name: "@bale/oci",
    remotes: [registryRemotes(options), layoutRemotes(options)],
  };
}
