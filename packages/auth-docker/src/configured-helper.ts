import { writablePlace } from "./config-places.js";
import type { DockerOptions } from "./docker-options.js";
import { helperFor } from "./helper-for.js";
import { parseServer } from "./parse-server.js";
import { readConfig } from "./read-config.js";

/**
 * The helper that would keep the credentials of a registry, without `docker-credential-`; `undefined` when they would be stored in the file.
 * @param registry Origin, or host and port.
 * @throws BaleError `CONFIG_INVALID`, `REFERENCE_INVALID`
 */
export async function configuredHelper(
  registry: string,
  options: DockerOptions,
): Promise<string | undefined> {
  const server = parseServer(registry);
  const path = writablePlace(options);
  const config = path === undefined ? undefined : await readConfig(path);
  return config && helperFor(config, server)?.helper;
}
