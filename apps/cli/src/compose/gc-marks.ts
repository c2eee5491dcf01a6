import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { GcMarks } from "@bale/sdk";
import { errnoOf, localError, writeFileAtomic } from "@bale/workspace";
import { type StatePlaces, stateFolder } from "./state-folder.js";

/** Marks of garbage collection, one file for each store, in the user's state folder. What cannot be read there means another wait, no more. */
export function gcMarks(places: StatePlaces): GcMarks {
  const folder = join(stateFolder(places), "gc");
  const file = (line: string): string =>
    join(folder, `${createHash("sha256").update(line).digest("hex")}.json`);
  return {
    read: async (line) => {
      try {
        return readFileSync(file(line), "utf8");
      } catch (error) {
        if (errnoOf(error) === "ENOENT") return undefined;
        throw localError(error, file(line), "reading");
      }
    },
    write: async (line, text) => {
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
      } catch (error) {
        throw localError(error, folder, "making");
      }
      writeFileAtomic(file(line), new TextEncoder().encode(text), { sync: true });
    },
  };
}
