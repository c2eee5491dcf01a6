import { registryOrigin } from "@bale/http";
import type { HttpClient } from "@bale/spec";
import type { MirrorPlace, OciPluginOptions } from "../plugin-options.js";
import type { Log } from "../registry/registry-options.js";
import { createRegistryRepository } from "../registry/registry-repository.js";
import { createStanding, type Mirror, type Standing } from "./mirror.js";

// The registry is there as well: what a mirror does not do at once is not worth waiting for.
const TRIES = 2;

export interface MirrorOpener {
  /** The repository at each of its mirrors. */
  readonly open: (
    repository: string,
    places: readonly MirrorPlace[],
    context: { readonly http: HttpClient; readonly log: Log },
  ) => readonly Mirror[];
}

/** A mirror is a registry of its own: its host says how it is reached and with whose credentials, never the registry that it mirrors. */
export function createMirrorOpener(settings: OciPluginOptions["settings"]): MirrorOpener {
  const standings = new Map<string, Standing>();
  return {
    open: (repository, places, { http, log }) =>
      places.map(({ registry, prefix, tags = false }) => {
        const name = prefix === undefined ? registry : `${registry}/${prefix}`;
        const path = prefix === undefined ? repository : `${prefix}/${repository}`;
        const { plainHttp, profile } = settings?.(registry, path) ?? {};
        const standing = standings.get(name) ?? createStanding(name, log);
        standings.set(name, standing);
        const remote = createRegistryRepository({
          registry,
          repository: path,
          origin: registryOrigin(registry, { plainHttp }),
          http: { ...http, request: (request) => http.request({ ...request, tries: TRIES }) },
          profile,
          log,
        });
        return { name, remote, tags, standing };
      }),
  };
}
