import { parseManifest } from "@bale/core";
import { loadManifest } from "@bale/engine";
import { BaleError, type Digest, type RawManifest, type StoreName } from "@bale/spec";
import type { ClientContext } from "../client/client-context.js";
import { openTree, type RemotePorts, type RemoteState } from "../remote/remote-tree.js";

export interface LiveBlobs {
  /** Blobs of the store that some version still needs. */
  readonly digests: ReadonlySet<Digest>;
  /** Manifests that were read. */
  readonly versions: number;
}

interface Walk {
  readonly context: ClientContext;
  readonly line: string;
  readonly ports: RemotePorts;
  readonly signal: AbortSignal | undefined;
  readonly digests: Set<Digest>;
  /** Tables that were read: versions share most of them. */
  readonly tables: Set<Digest>;
  versions: number;
}

function unreadable(user: string, cause: unknown): BaleError {
  const why = BaleError.is(cause) ? cause.message : "it is not known";
  return new BaleError({
    code: BaleError.is(cause) ? cause.code : "INTERNAL",
    message: `nothing was removed: ${user} uses this store, and cannot be read`,
    why,
    fix: `sign in to it, or, where that repository is gone for good, name it with --forget ${user}`,
    context: { user },
    cause,
  });
}

/** Names under which a bundle means this very store. */
async function namesOfStore(
  walk: Walk,
  stores: ReadonlyMap<StoreName, Parameters<ClientContext["storeTrust"]>[0]>,
): Promise<ReadonlySet<StoreName>> {
  const names = new Set<StoreName>();
  for (const [name, description] of stores)
    if ((await walk.context.storeTrust(description)).line === walk.line) names.add(name);
  return names;
}

async function addBundle(walk: Walk, state: RemoteState, digest: Digest): Promise<void> {
  const { bundle } = await openTree(walk.context, { ...state, digest }, walk.ports, { signal: walk.signal });
  const names = await namesOfStore(walk, bundle.root.stores);
  if (names.size === 0) return;
  for (const [layer, { tables }] of bundle.root.layers) {
    if (tables.every((table) => walk.tables.has(table.digest))) continue;
    for (const { row } of await bundle.rows([layer], { signal: walk.signal })) {
      // A row of a later form may lead to blobs that this version cannot see.
      if (row.unknownExtents)
        throw new BaleError({
          code: "UNSUPPORTED",
          message: "a bundle was written by a newer bale",
          why: `${JSON.stringify(row.path)} has a form that this version does not know`,
          fix: "update bale",
        });
      for (const { blob } of row.extents)
        if (blob.store !== undefined && names.has(blob.store)) walk.digests.add(blob.digest);
    }
    for (const table of tables) walk.tables.add(table.digest);
  }
}

/** A parent that the registry does not have any more is no version that anybody could pull. */
async function parentManifest(
  walk: Walk,
  state: RemoteState,
  digest: Digest,
): Promise<RawManifest | undefined> {
  try {
    return await loadManifest(state.repository, digest, walk.ports.cache, { signal: walk.signal });
  } catch (error) {
    if (BaleError.is(error, "NOT_FOUND")) return undefined;
    throw error;
  }
}

/** A tagged manifest, the manifests of an index, and every parent that is still there. */
async function addVersions(walk: Walk, state: RemoteState, tagged: Digest, seen: Set<Digest>): Promise<void> {
  const open: { readonly digest: Digest; readonly parent: boolean }[] = [{ digest: tagged, parent: false }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { digest, parent } = next;
    if (seen.has(digest)) continue;
    seen.add(digest);
    const raw = parent
      ? await parentManifest(walk, state, digest)
      : await loadManifest(state.repository, digest, walk.ports.cache, { signal: walk.signal });
    if (!raw) continue;
    walk.versions++;
    const parsed = parseManifest(raw);
    if (parsed.kind === "index")
      open.push(...parsed.manifests.map((child) => ({ digest: child.digest, parent: false })));
    if (parsed.kind !== "bundle") continue;
    await addBundle(walk, state, digest);
    if (parsed.parent !== undefined && parsed.parent !== "none")
      open.push({ digest: parsed.parent, parent: true });
  }
}

async function addUser(walk: Walk, user: string): Promise<void> {
  const { context, signal } = walk;
  const reference = context.parse(user.startsWith("oci/") ? `oci:${user.slice("oci/".length)}` : user);
  const repository = await context.openRemote(reference);
  const seen = new Set<Digest>();
  // Registries say "not found" of what they hide: a repository that is not there keeps its blobs.
  for await (const tag of repository.listTags({ signal, unknown: "throw" })) {
    const found = await repository.resolve(tag, { signal });
    // A tag that went meanwhile needs nothing; one that came names blobs that were checked right before.
    if (found)
      await addVersions(
        walk,
        { reference, name: user, repository, tag, digest: found.digest },
        found.digest,
        seen,
      );
  }
}

/**
 * What all versions of all users of a store need: every tag of every repository that left a marker, and their parents.
 * @throws BaleError of whatever kept a user from being read: what is not known to be garbage is none
 */
export async function liveBlobs(
  context: ClientContext,
  line: string,
  users: readonly string[],
  ports: RemotePorts,
  signal: AbortSignal | undefined,
): Promise<LiveBlobs> {
  const walk: Walk = { context, line, ports, signal, digests: new Set(), tables: new Set(), versions: 0 };
  for (const user of users) {
    try {
      await addUser(walk, user);
    } catch (error) {
      if (BaleError.is(error) && error.kind === "cancelled") throw error;
      throw unreadable(user, error);
    }
  }
  return { digests: walk.digests, versions: walk.versions };
}
