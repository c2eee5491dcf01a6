import type {
  BlobDeletion,
  BlobListing,
  BlobLocator,
  BlobMounting,
  BlobStat,
  BlobUploads,
  CallOptions,
  Digest,
  UnfinishedUpload,
} from "@bale/spec";
import { isDigest } from "@bale/spec";
import { type Callable, functionOf } from "./bound-function.js";
import { type DriverCalls, RUBBISH } from "./driver-calls.js";
import { memberOf } from "./safe-cause.js";

type Listed = BlobStat & { readonly locator: BlobLocator; readonly digest: Digest };

/** The answer of `stat`, and what a listing says of each blob. */
export function statOf(answer: unknown): BlobStat | typeof RUBBISH {
  const size = memberOf(answer, "size");
  const storedDigest = memberOf(answer, "storedDigest");
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) return RUBBISH;
  if (storedDigest !== undefined && !isDigest(storedDigest)) return RUBBISH;
  return storedDigest === undefined ? { size } : { size, storedDigest };
}

function listedOf(value: unknown): Listed | typeof RUBBISH {
  const stat = statOf(value);
  const locator = memberOf(value, "locator");
  const digest = memberOf(value, "digest");
  return stat === RUBBISH || typeof locator !== "string" || !isDigest(digest)
    ? RUBBISH
    : { ...stat, locator: locator as BlobLocator, digest };
}

function uploadOf(value: unknown): UnfinishedUpload | typeof RUBBISH {
  const locator = memberOf(value, "locator");
  const digest = memberOf(value, "digest");
  const id = memberOf(value, "id");
  const startedAt = memberOf(value, "startedAt");
  const isDate = startedAt instanceof Date && !Number.isNaN(startedAt.getTime());
  return typeof locator !== "string" || !isDigest(digest) || typeof id !== "string" || id === "" || !isDate
    ? RUBBISH
    : { locator: locator as BlobLocator, digest, id, startedAt: new Date(startedAt) };
}

/** A list that comes piece by piece: each step is one call. */
async function* guardedItems<Item>(
  calls: DriverCalls,
  doing: string,
  options: CallOptions | undefined,
  list: Callable,
  take: (value: unknown) => Item | typeof RUBBISH,
): AsyncGenerator<Item> {
  const { guard } = calls;
  const call = { doing, signal: options?.signal };
  const iterator = guard.now(doing, () => (list(options) as AsyncIterable<unknown>)[Symbol.asyncIterator]());
  let open = true;
  try {
    for (;;) {
      open = false;
      const item = await calls.call(
        call,
        () => iterator.next(),
        (answer) => (memberOf(answer, "done") === true ? undefined : take(memberOf(answer, "value"))),
      );
      if (item === undefined) return;
      open = true;
      yield item;
    }
  } finally {
    if (open)
      await guard.long({ doing, limitMs: guard.limits.abortMs }, () => iterator.return?.()).catch(() => {});
  }
}

export function guardedListing(calls: DriverCalls, facet: unknown, what: string): BlobListing | undefined {
  const list = functionOf(facet, "list");
  return list && { list: (options) => guardedItems(calls, `listing ${what}`, options, list, listedOf) };
}

export function guardedUploads(calls: DriverCalls, facet: unknown, what: string): BlobUploads | undefined {
  const list = functionOf(facet, "list");
  const abort = functionOf(facet, "abort");
  if (!list || !abort) return undefined;
  return {
    list: (options) =>
      guardedItems(calls, `listing the unfinished uploads of ${what}`, options, list, uploadOf),
    abort: (upload, options) =>
      calls.call(
        { doing: `aborting an upload to ${what}`, signal: options?.signal },
        () => abort({ ...upload }, options),
        () => undefined,
      ),
  };
}

export function guardedDeletion(calls: DriverCalls, facet: unknown, what: string): BlobDeletion | undefined {
  const remove = functionOf(facet, "delete");
  return (
    remove && {
      delete: (locator, options) =>
        calls.call(
          { doing: `deleting from ${what}`, signal: options?.signal },
          () => remove(locator, options),
          () => undefined,
        ),
    }
  );
}

export function guardedMounting(calls: DriverCalls, facet: unknown, what: string): BlobMounting | undefined {
  const mount = functionOf(facet, "mount");
  return (
    mount && {
      mount: (digest, from, options) =>
        calls.call(
          { doing: `mounting into ${what}`, signal: options?.signal },
          () => mount(digest, from, options),
          (answer) => (answer === "mounted" || answer === "declined" ? answer : RUBBISH),
        ),
    }
  );
}
