import type { HelperUse } from "./helper-error.js";
import { matchingKeys } from "./match-key.js";
import type { Server } from "./parse-server.js";
import type { DockerConfig } from "./read-config.js";

/**
 * The helper of a registry: its own of `credHelpers`, else `credsStore`. An empty name in `credHelpers` means none, as with docker, and
 * so the file itself.
 */
export function helperFor(config: DockerConfig, server: Server): HelperUse | undefined {
  const [key] = matchingKeys(config.credHelpers.keys(), server, undefined);
  const helper = key === undefined ? config.credsStore : config.credHelpers.get(key);
  return helper ? { helper, host: server.host, path: config.path } : undefined;
}
