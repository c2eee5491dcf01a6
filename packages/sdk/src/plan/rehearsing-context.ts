import {
  BaleError,
  type BlobDriver,
  type RemoteRehearsal,
  type RemoteRepository,
  type RequestCost,
} from "@bale/spec";
import { type BlobStore, createBlobStore, nodeHasher } from "@bale/storage";
import type { ClientContext } from "../client/client-context.js";
import type { PredictedCost } from "./plan-types.js";

interface StoreCount {
  blobs: number;
  bytes: number;
  requests: number | undefined;
}
/** A client whose writes go nowhere and are counted, and whose reads are real. */
export interface Rehearsal {
  readonly context: ClientContext;
  /** Registries and stores that were written to. */
  readonly cost: () => PredictedCost;
}

function twinOf(repository: RemoteRepository): RemoteRehearsal {
  const twin = repository.rehearse?.();
  if (twin) return twin;
  throw new BaleError({
    code: "UNSUPPORTED",
    message: `a push to ${repository.registry}/${repository.repository} cannot be planned`,
    why: "its plugin cannot say what a push would ask of it",
    fix: "push with --dry-run to see what would be sent",
  });
}

/** What is written is only counted; a look finds it afterwards. */
function rehearsedDriver(driver: BlobDriver, count: StoreCount): BlobDriver {
  const written = new Map<string, number>();
  return {
    ...driver,
    // Nothing is hashed for a write that does not happen.
    verifiesDigest: true,
    stat: async (locator, call) => {
      const size = written.get(locator);
      return size === undefined ? driver.stat(locator, call) : { size };
    },
    write: async (locator, source) => {
      count.blobs++;
      count.bytes += source.size;
      const requests = driver.writeRequests?.(source.size);
      count.requests =
        requests === undefined || count.requests === undefined ? undefined : count.requests + requests;
      written.set(locator, source.size);
      return "created";
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

export function rehearse(context: ClientContext): Rehearsal {
  const twins = new Map<RemoteRepository, RemoteRehearsal>();
  const stores = new Map<string, StoreCount>();
  const opened = new Map<string, Promise<BlobStore>>();
  const costs = (): readonly RequestCost[] => [...twins.values()].map((twin) => twin.cost());
  return {
    context: {
      ...context,
      host: { ...context.host, markUser: async () => undefined },
      openRemote: async (reference, call) => {
        const repository = await context.openRemote(reference, call);
        const twin = twins.get(repository) ?? twinOf(repository);
        twins.set(repository, twin);
        return twin.repository;
      },
      openStore: (name, description) => {
        const known = opened.get(name);
        if (known) return known;
        const count: StoreCount = stores.get(name) ?? { blobs: 0, bytes: 0, requests: 0 };
        stores.set(name, count);
        const opening = context
          .openStore(name, description)
          .then(({ driver }) =>
            createBlobStore(rehearsedDriver(driver, count), { hasher: nodeHasher, name }),
          );
        opened.set(name, opening);
        return opening;
      },
    },
    cost: () => ({
      requests: costs().reduce((sum, { requests }) => sum + requests, 0),
      bytes: costs().reduce((sum, { sentBytes }) => sum + sentBytes, 0),
      stores: [...stores]
        .filter(([, { blobs }]) => blobs > 0)
        .map(([store, { blobs, bytes, requests }]) => ({
          store,
          blobs,
          bytes,
          ...(requests === undefined ? {} : { requests }),
        })),
    }),
  };
}
