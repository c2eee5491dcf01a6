import type { RemoteRepository } from "@bale/spec";
import { askMirror, type Mirror } from "./mirror.js";
import { mirroredBlobs } from "./mirrored-blobs.js";

// Longer than a distant server needs to answer, and short against what a mirror is there to save.
const PATIENCE_MS = 5_000;

export interface MirroredOptions {
  /** How long a mirror may take for its first answer, in milliseconds. Default 5000. */
  readonly patienceMs?: number | undefined;
}

/**
 * A repository whose manifests and blobs are read from mirrors first, in their order. What is named by a digest is checked against it, wherever
 * it came from. Tags are looked up at the repository itself, but for mirrors that are set to serve them, and those only until this command has
 * written something. Writes, lists and all else concern the repository alone.
 */
export function mirroredRepository(
  base: RemoteRepository,
  mirrors: readonly Mirror[],
  options: MirroredOptions = {},
): RemoteRepository {
  const patienceMs = options.patienceMs ?? PATIENCE_MS;
  let written = false;
  return {
    ...base,
    resolve: async (tag, call = {}) => {
      for (const mirror of written ? [] : mirrors.filter(({ tags }) => tags)) {
        const found = await askMirror(mirror, { ...call, patienceMs }, (signal) =>
          mirror.remote.resolve(tag, { signal }),
        );
        if (found) return found;
      }
      return base.resolve(tag, call);
    },
    getManifest: async (digest, call = {}) => {
      for (const mirror of mirrors) {
        const found = await askMirror(mirror, { ...call, patienceMs }, (signal) =>
          mirror.remote.getManifest(digest, { signal }),
        );
        if (found) return found;
      }
      return base.getManifest(digest, call);
    },
    putManifest: (manifest, call) => {
      written = true;
      return base.putManifest(manifest, call);
    },
    moveTag: (tag, to, call) => {
      written = true;
      return base.moveTag(tag, to, call);
    },
    deleteTag: (tag, call) => {
      written = true;
      return base.deleteTag(tag, call);
    },
    blobs: mirroredBlobs(base.blobs, mirrors, patienceMs),
    [Symbol.asyncDispose]: async () => {
      for (const { remote } of mirrors) await remote[Symbol.asyncDispose]();
      await base[Symbol.asyncDispose]();
    },
  };
}
