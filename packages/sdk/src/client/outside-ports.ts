import { createHash } from "node:crypto";
import { mkdtemp, open, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StagingArea } from "@bale/engine";
import { BaleError, digestHex } from "@bale/spec";
import { localError } from "@bale/workspace";
import type { RemotePorts } from "../remote/remote-tree.js";
import { memoryIndexCache } from "./client-context.js";

/** Cache and staging for commands outside a workspace: memory, and a folder of its own that goes with it. */
export interface OutsidePorts extends RemotePorts, AsyncDisposable {}

export function outsidePorts(): OutsidePorts {
  let folder: Promise<string> | undefined;
  let count = 0;
  // Made when it is first needed: most commands look at an index only.
  const place = () => {
    folder ??= mkdtemp(join(tmpdir(), "bale-"));
    return folder;
  };
  const staging: StagingArea = {
    find: async (digest) => {
      if (!folder) return undefined;
      const path = join(await place(), digestHex(digest));
      const found = await stat(path).catch(() => undefined);
      return found && { path, size: found.size };
    },
    create: async () => {
      const path = join(await place(), `part-${++count}`);
      const handle = await open(path, "wx", 0o600);
      const hash = createHash("sha256");
      let size = 0;
      return {
        write: async (chunk) => {
          try {
            await handle.appendFile(chunk);
          } catch (error) {
            throw localError(error, path, "writing");
          }
          hash.update(chunk);
          size += chunk.length;
        },
        commit: async (digest) => {
          await handle.close();
          if (hash.digest("hex") !== digestHex(digest))
            throw new BaleError({
              code: "DIGEST_MISMATCH",
              message: "a temporary file is not what was written to it",
            });
          const final = join(await place(), digestHex(digest));
          await rename(path, final);
          return { path: final, size };
        },
        abort: async () => {
          await handle.close();
          await rm(path, { force: true });
        },
      };
    },
  };
  return {
    cache: memoryIndexCache(),
    staging,
    [Symbol.asyncDispose]: async () => {
      if (folder) await rm(await folder, { recursive: true, force: true });
    },
  };
}
