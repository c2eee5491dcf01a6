import { configPlaces } from "./config-places.js";
import type { DockerOptions } from "./docker-options.js";
import { holdsSecret } from "./edit-auths.js";
import { namespaceOf } from "./match-key.js";
import { parseServer } from "./parse-server.js";
import { readConfig } from "./read-config.js";

export interface StoredNamespace {
  readonly path: string;
  readonly namespace: string;
}

/**
 * Parts of a registry for which a file has credentials of their own.
 * @throws BaleError `CONFIG_INVALID`, `REFERENCE_INVALID`
 */
export async function storedNamespaces(
  registry: string,
  options: DockerOptions,
): Promise<readonly StoredNamespace[]> {
  const server = parseServer(registry);
  const found: StoredNamespace[] = [];
  for (const { path } of configPlaces(options)) {
    const config = await readConfig(path);
    for (const [key, entry] of config?.auths ?? []) {
      const namespace = namespaceOf(key, server);
      if (namespace !== undefined && holdsSecret(entry)) found.push({ path, namespace });
    }
  }
  return found;
}
