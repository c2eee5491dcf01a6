import { type LongCallOptions, parseStoreName, type StoreDescription } from "@bale/spec";
import { storeUpkeep } from "@bale/storage";
import type { ClientContext } from "../client/client-context.js";

export interface GcUploadsOptions extends LongCallOptions {
  /** Only those that began at least this long ago, by the store's clock; milliseconds. Default one day. */
  readonly olderThanMs?: number | undefined;
  readonly dryRun?: boolean | undefined;
}
/** Unfinished uploads of one store, and how many were given up. */
export interface GcUploadsReport {
  readonly name: string;
  readonly line: string;
  /** Uploads that were never finished, and are given up now; of a dry run, those that would be. */
  readonly abortedUploads: number;
  /** `false`: the store has no unfinished uploads, since it knows none. */
  readonly supported: boolean;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * `bale gc --uploads`: gives up uploads that were begun and never finished, by whomever. They are no blobs, but take up room.
 * @throws BaleError `STORE_UNTRUSTED`, and what the store reports
 */
export async function gcUploads(
  context: ClientContext,
  name: string,
  description: StoreDescription,
  options: GcUploadsOptions = {},
): Promise<GcUploadsReport> {
  const { signal, olderThanMs = DAY_MS } = options;
  const { line } = await context.storeTrust(description);
  const store = await context.openStore(parseStoreName(name), description);
  const { uploads } = storeUpkeep(store);
  if (!uploads) return { name, line, abortedUploads: 0, supported: false };
  const startedBefore = olderThanMs === 0 ? undefined : new Date(Date.now() - olderThanMs);
  let abortedUploads = 0;
  for await (const upload of uploads.list({ signal, startedBefore })) {
    if (!options.dryRun) await uploads.abort(upload, { signal });
    abortedUploads++;
  }
  return { name, line, abortedUploads, supported: true };
}
