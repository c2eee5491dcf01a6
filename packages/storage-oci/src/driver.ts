import { registryOrigin } from "@bale/http";
import { createRegistryRepository, type RegistrySettings } from "@bale/oci";
import type { BlobDriver, PluginContext } from "@bale/spec";
import { classify } from "./classify.js";
import type { OciConfig } from "./config.js";

/** The blobs of the repository that the configuration names. `context.http` is the caller's and is not disposed. */
export function ociDriver(
  config: OciConfig,
  context: Pick<PluginContext, "http" | "log">,
  settings: RegistrySettings = {},
): BlobDriver {
  const { registry, repository } = config;
  const remote = createRegistryRepository({
    registry,
    repository,
    http: context.http,
    origin: registryOrigin(registry, { plainHttp: settings.plainHttp }),
    profile: settings.profile,
    chunkSize: settings.chunkSize,
    log: context.log,
  });
  return { ...remote.blobs, classify };
}
