import {
  BaleError,
  type Digest,
  type LongCallOptions,
  parseStoreName,
  type StoreDescription,
} from "@bale/spec";
import { askOfUsers, type BlobStore, type StoreUpkeep, storeUpkeep } from "@bale/storage";
import { type ClientContext, memoryIndexCache } from "../client/client-context.js";
import { outsidePorts } from "../client/outside-ports.js";
import { stopIfAborted } from "../client/stop-if-aborted.js";
import { formatMarks, type GcMarks, parseMarks, sweep } from "./gc-marks.js";
import { liveBlobs } from "./live-blobs.js";

export interface GcStoreOptions extends LongCallOptions {
  readonly marks: GcMarks;
  /** Milliseconds between a mark and its sweep. Default one hour. */
  readonly graceMs?: number | undefined;
  /** Users that are gone for good, as their markers name them: what only they needed is garbage. */
  readonly forget?: readonly string[] | undefined;
  readonly dryRun?: boolean | undefined;
}
/** What a store marked, removed and kept. */
export interface GcStoreReport {
  readonly name: string;
  readonly line: string;
  readonly users: readonly string[];
  /** Manifests that were read: tags, and what they came from. */
  readonly versions: number;
  readonly usedBlobs: number;
  /** Unused since an earlier run, and removed now; of a dry run, what would be. */
  readonly removedBlobs: number;
  readonly removedBytes: number;
  /** Unused, and left until the grace is over. */
  readonly waitingBlobs: number;
  readonly waitingBytes: number;
  /** When the first of those that wait may go. Milliseconds since 1970. */
  readonly nextAtMs: number | undefined;
}

const HOUR_MS = 60 * 60 * 1000;

function lacking(name: string, what: string): BaleError {
  return new BaleError({
    code: "CAPABILITY_MISSING",
    message: `garbage cannot be collected in the store "${name}"`,
    why: what,
    fix: "move what is needed with `bale storage migrate`, then remove the store as a whole",
    context: { store: name },
  });
}

async function usersOf(
  context: ClientContext,
  name: string,
  description: StoreDescription,
  store: BlobStore,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const users = await askOfUsers(
    store,
    "list the users",
    () => context.host.listUsers(description, store.driver, { signal }),
    { signal },
  );
  if (!users) throw lacking(name, "it cannot say which repositories use it");
  if (users.length > 0) return [...users].sort();
  throw new BaleError({
    code: "UNSUPPORTED",
    message: `nobody is known to use the store "${name}"`,
    why: "without markers below users/, nobody can say whose blobs lie there",
    fix: "push once to each repository that uses it, or remove the store as a whole",
    context: { store: name },
  });
}

/** Blobs that no user needs, with their sizes. */
async function unusedBlobs(
  store: BlobStore,
  used: ReadonlySet<Digest>,
  list: NonNullable<StoreUpkeep["listing"]>["list"],
  signal: AbortSignal | undefined,
): Promise<{ readonly sizes: ReadonlyMap<Digest, number>; readonly usedBlobs: number }> {
  const sizes = new Map<Digest, number>();
  let usedBlobs = 0;
  for await (const { digest, size, locator } of list({ signal })) {
    // What does not lie where this store would put it is not ours.
    if (store.driver.locate(digest) !== locator) continue;
    if (used.has(digest)) usedBlobs++;
    else sizes.set(digest, size);
  }
  return { sizes, usedBlobs };
}

function bytesOf(digests: Iterable<Digest>, sizes: ReadonlyMap<Digest, number>): number {
  let bytes = 0;
  for (const digest of digests) bytes += sizes.get(digest) ?? 0;
  return bytes;
}

/**
 * `bale gc --store`: reads every tag of every user and all their parents, marks what none of them needs, and removes what an earlier run marked at
 * least the grace ago. Stops before anything is removed where a user cannot be read.
 * @throws BaleError `CAPABILITY_MISSING`, `UNSUPPORTED`, `STORE_UNTRUSTED`, and of whatever kept a user from being read
 */
export async function gcStore(
  context: ClientContext,
  name: string,
  description: StoreDescription,
  options: GcStoreOptions,
): Promise<GcStoreReport> {
  const { signal, graceMs = HOUR_MS } = options;
  const store = await context.openStore(parseStoreName(name), description);
  const { listing, deletion } = storeUpkeep(store);
  if (!listing || !deletion) throw lacking(name, "it cannot list or delete single blobs");
  const { line } = await context.storeTrust(description);
  const forgotten = new Set(options.forget);
  const users = (await usersOf(context, name, description, store, signal)).filter(
    (user) => !forgotten.has(user),
  );
  await using ports = outsidePorts();
  // Not the workspace's cache: it may have manifests that the registry has dropped.
  const live = await liveBlobs(context, line, users, { ...ports, cache: memoryIndexCache() }, signal);
  const { sizes, usedBlobs } = await unusedBlobs(store, live.digests, listing.list, signal);
  const nowMs = Date.now();
  const { remove, marks } = sweep(
    sizes.keys(),
    parseMarks(await options.marks.read(line), line),
    nowMs,
    graceMs,
  );
  if (!options.dryRun) {
    // Marks first: a run that is stopped between two deletions has lost nothing.
    await options.marks.write(line, formatMarks(marks, line));
    for (const digest of remove) {
      stopIfAborted(signal, "looking at a store");
      await deletion.delete(store.driver.locate(digest), { signal });
    }
  }
  let first = Number.POSITIVE_INFINITY;
  for (const since of marks.values()) first = Math.min(first, since);
  return {
    name,
    line,
    users,
    versions: live.versions,
    usedBlobs,
    removedBlobs: remove.length,
    removedBytes: bytesOf(remove, sizes),
    waitingBlobs: marks.size,
    waitingBytes: bytesOf(marks.keys(), sizes),
    nextAtMs: marks.size === 0 ? undefined : first + graceMs,
  };
}
