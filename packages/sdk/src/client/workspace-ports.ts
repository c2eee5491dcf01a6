import type { IndexCache, StagingArea } from "@bale/engine";
import { createStagedFile, findStaged, readIndexObject, saveIndexObject } from "@bale/workspace";

/** Manifests, roots and tables in `.bale/index`. */
export function workspaceCache(root: string): IndexCache {
  return {
    get: async (digest) => readIndexObject(root, digest),
    put: async (digest, bytes) => saveIndexObject(root, digest, bytes),
  };
}

/** Packs and unpacked content in `.bale/staging`. */
export function workspaceStaging(root: string): StagingArea {
  return {
    find: async (digest) => {
      const found = findStaged(root, digest);
      return found && { path: found.file, size: found.size };
    },
    create: async () => {
      const file = await createStagedFile(root);
      return {
        write: (chunk) => file.write(chunk),
        commit: async (digest) => {
          const done = await file.commit(digest);
          return { path: done.file, size: done.size };
        },
        abort: async () => file.abort(),
      };
    },
  };
}
