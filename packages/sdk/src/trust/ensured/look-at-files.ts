import { lstatSync } from "node:fs";
import { join } from "node:path";
import type { BundlePath, Digest, EntryKind, LongCallOptions } from "@bale/spec";
import {
  type Capabilities,
  createRealFolders,
  entryKind,
  errnoOf,
  type FileStat,
  fileStatOf,
  type HashRequest,
  hashFiles,
  localError,
} from "@bale/workspace";

/** What is on disk at a path; links are looked at, never followed. */
export type Found =
  | { readonly kind: "absent" | "folder" | "special" }
  /** A parent of the path is a file, a link or the like. */
  | { readonly kind: "blocked"; readonly by: string }
  | { readonly kind: "file"; readonly stat: FileStat; readonly digest: Digest; readonly entry: EntryKind };

/** Of a path, what the bundle has there. */
export interface Wanted {
  readonly path: BundlePath;
  readonly kind: EntryKind;
}
export interface LookOptions extends LongCallOptions {
  readonly concurrency?: number | undefined;
  readonly capabilities: Capabilities;
  /** The digest, where the file was not touched since it was hashed. */
  readonly known: (path: BundlePath, stat: FileStat) => Digest | undefined;
}

export type Seen =
  | Exclude<Found, { readonly kind: "file" }>
  | { readonly kind: "file"; readonly stat: FileStat };

/** Looks at single paths without reading them; parents are looked at once each. */
export function createLook(root: string): (path: BundlePath) => Seen {
  const folders = createRealFolders(root);
  return (path) => {
    const by = folders.blockedBy(path);
    if (by !== undefined) return { kind: "blocked", by };
    try {
      const stats = lstatSync(join(root, path), { bigint: true });
      const stat = fileStatOf(stats);
      return stat ? { kind: "file", stat } : { kind: stats.isDirectory() ? "folder" : "special" };
    } catch (error) {
      const name = errnoOf(error);
      if (name === "ENOENT" || name === "ENOTDIR") return { kind: "absent" };
      throw localError(error, path, "looking at");
    }
  };
}

/**
 * Looks at every path once and reads only what the caller does not know. In the order of the paths.
 * @throws BaleError `FILE_CHANGED`, `PERMISSION`, `INTERRUPTED`, `IO`
 */
export async function lookAtFiles<Each extends Wanted>(
  root: string,
  wanted: readonly Each[],
  options: LookOptions,
): Promise<readonly { readonly wanted: Each; readonly found: Found }[]> {
  const look = createLook(root);
  const seen = wanted.map((each) => ({ each, seen: look(each.path) }));
  const digests = new Map<BundlePath, { readonly digest: Digest; readonly stat: FileStat }>();
  const unread: BundlePath[] = [];
  const requests: HashRequest[] = [];
  for (const { each, seen: now } of seen) {
    if (now.kind !== "file") continue;
    const digest = options.known(each.path, now.stat);
    if (digest !== undefined) digests.set(each.path, { digest, stat: now.stat });
    else {
      unread.push(each.path);
      requests.push({
        file: join(root, each.path),
        label: each.path,
        size: now.stat.size,
        link: now.stat.kind === "link",
      });
    }
  }
  const outcomes = await hashFiles(requests, {
    signal: options.signal,
    onProgress: options.onProgress,
    concurrency: options.concurrency,
  });
  for (const [index, outcome] of outcomes.entries()) {
    if (!outcome.ok) throw outcome.error;
    digests.set(unread[index] as BundlePath, outcome.value);
  }
  return seen.map(({ each, seen: now }) => {
    const read = digests.get(each.path);
    if (now.kind !== "file" || !read)
      return { wanted: each, found: now.kind === "file" ? { kind: "absent" } : now };
    return {
      wanted: each,
      found: {
        kind: "file",
        stat: read.stat,
        digest: read.digest,
        entry: entryKind(read.stat.kind, each.kind, options.capabilities),
      },
    };
  });
}
