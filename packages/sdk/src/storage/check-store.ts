import { randomBytes } from "node:crypto";
import {
  BaleError,
  type ByteSource,
  type Digest,
  type LongCallOptions,
  parseStoreName,
  type StoreDescription,
} from "@bale/spec";
import { type BlobStore, nodeHasher, storeUpkeep } from "@bale/storage";
import type { Workspace } from "@bale/workspace";
import type { ClientContext } from "../client/client-context.js";
import type { StoreCheck, StoreFinding } from "./storage-types.js";
import { namedStores } from "./workspace-stores.js";

// Small, and no multiple of a usual buffer: gateways that mangle streamed uploads do it at the end (measured with s3rver at this very size).
const PROBE_BYTES = 70_000;
const RACERS = 4;
const RANGE = { start: 30_001, endExclusive: 60_007 };

interface Probe {
  readonly bytes: Buffer;
  readonly digest: Digest;
}

function newProbe(): Probe {
  const bytes = randomBytes(PROBE_BYTES);
  return { bytes, digest: nodeHasher.digest(bytes) };
}

/** Bytes in pieces, as a file is read; never one buffer, which an SDK could send in another way. */
function streamed({ bytes }: Probe): ByteSource {
  return {
    size: bytes.length,
    open: async function* (options) {
      const { start = 0, endExclusive = bytes.length } = options?.range ?? {};
      for (let at = start; at < endExclusive; at += 16_384)
        yield bytes.subarray(at, Math.min(at + 16_384, endExclusive));
    },
  };
}

async function readAll(store: BlobStore, probe: Probe, range?: typeof RANGE): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  const blob = { digest: probe.digest, size: probe.bytes.length };
  for await (const part of store.get(blob, range ? { range } : {})) parts.push(part);
  return Buffer.concat(parts);
}

const works = (what: string, detail: string): StoreFinding => ({ what, state: "works", detail });
const missing = (what: string, detail: string): StoreFinding => ({ what, state: "missing", detail });
const broken = (what: string, detail: string): StoreFinding => ({ what, state: "broken", detail });

/** A step whose failure is a finding: what cannot be reached or is denied ends the check, what works wrongly does not. */
async function finding(what: string, step: () => Promise<StoreFinding>): Promise<StoreFinding> {
  try {
    return await step();
  } catch (error) {
    const fatal: readonly string[] = [
      "cancelled",
      "unauthenticated",
      "permission-denied",
      "unavailable",
      "timeout",
    ];
    if (!BaleError.is(error) || fatal.includes(error.kind)) throw error;
    return broken(what, error.why ? `${error.message}: ${error.why}` : error.message);
  }
}

async function racing(
  store: BlobStore,
  call: LongCallOptions,
): Promise<StoreFinding & { readonly probe: Probe }> {
  const probe = newProbe();
  const blob = { digest: probe.digest, size: probe.bytes.length };
  const outcomes = await Promise.all(
    Array.from({ length: RACERS }, () => store.put(blob, streamed(probe), { signal: call.signal })),
  );
  const created = outcomes.filter((outcome) => outcome === "created").length;
  const what = "conditional writes";
  return created === 1
    ? { ...works(what, "of writers at the same time, one wins"), probe }
    : {
        ...missing(
          what,
          `${created} of ${RACERS} writers at the same time all wrote; bale checks what is there itself`,
        ),
        probe,
      };
}

async function listed(
  store: BlobStore,
  digests: ReadonlySet<Digest>,
  call: LongCallOptions,
): Promise<StoreFinding> {
  const what = "listing";
  const { listing } = storeUpkeep(store);
  if (!listing) return missing(what, "the store cannot list; `bale gc --store` needs it");
  let found = 0;
  for await (const { digest } of listing.list({ signal: call.signal })) if (digests.has(digest)) found++;
  return found === digests.size
    ? works(what, "what was written is listed")
    : broken(what, `${found} of ${digests.size} objects that were written are listed`);
}

async function removed(store: BlobStore, probe: Probe, call: LongCallOptions): Promise<StoreFinding> {
  const { deletion } = storeUpkeep(store);
  const what = "deletion";
  if (!deletion) return missing(what, "the store cannot delete; `bale gc --store` needs it");
  await deletion.delete(store.driver.locate(probe.digest), call);
  const there = await store.has({ digest: probe.digest, size: probe.bytes.length }, call);
  return there
    ? broken(what, "an object that was deleted is still there")
    : works(what, "what was written is gone again");
}

async function probeStore(
  store: BlobStore,
  call: LongCallOptions,
): Promise<Pick<StoreCheck, "findings" | "left">> {
  const probe = newProbe();
  const blob = { digest: probe.digest, size: probe.bytes.length };
  const findings: StoreFinding[] = [];
  const written: Probe[] = [];
  const write = await finding("streamed write", async () => {
    const outcome = await store.put(blob, streamed(probe), { signal: call.signal });
    written.push(probe);
    return outcome === "created"
      ? works("streamed write", `${PROBE_BYTES} bytes, and the store says that it has as many`)
      : broken("streamed write", "the store says that a new object existed before");
  });
  findings.push(write);
  if (write.state === "works") {
    findings.push(
      await finding("reading", async () =>
        (await readAll(store, probe)).equals(probe.bytes)
          ? works("reading", "the bytes are those that were written")
          : broken("reading", "other bytes came back"),
      ),
      await finding("ranges", async () =>
        (await readAll(store, probe, RANGE)).equals(probe.bytes.subarray(RANGE.start, RANGE.endExclusive))
          ? works("ranges", "a part of an object can be read")
          : broken("ranges", "a range came with other bytes"),
      ),
      await finding("second write", async () =>
        (await store.put(blob, streamed(probe), { signal: call.signal })) === "existed"
          ? works("second write", "what is there is not sent again")
          : missing("second write", "what is there is sent again"),
      ),
      await finding("conditional writes", async () => {
        const { probe: raced, ...found } = await racing(store, call);
        written.push(raced);
        return found;
      }),
      await finding("listing", () => listed(store, new Set(written.map(({ digest }) => digest)), call)),
    );
    for (const [index, each] of written.entries()) {
      const removal = await finding("deletion", () => removed(store, each, call));
      if (index === 0 || removal.state === "broken") findings.push(removal);
    }
  }
  const left: string[] = [];
  for (const { digest, bytes } of written)
    if (await store.has({ digest, size: bytes.length }, call)) left.push(store.driver.locate(digest));
  return { findings, left };
}

/**
 * Writes a small object as a stream, reads it, and removes it again. Says what the store honours.
 * @throws BaleError `STORE_UNTRUSTED`, `CONFIG_INVALID`, `UNSUPPORTED`, `STORE_DENIED`, `STORE_BUSY` and what its plugin reports
 */
async function checkStore(
  context: ClientContext,
  name: string,
  description: StoreDescription,
  options: LongCallOptions = {},
): Promise<StoreCheck> {
  const { line } = await context.storeTrust(description);
  const store = await context.openStore(parseStoreName(name), description);
  const { findings, left } = await probeStore(store, options);
  const has = (state: StoreFinding["state"]): boolean => findings.some((each) => each.state === state);
  const lacks = findings.some(({ what, state }) => state === "missing" && NEEDED_BY_GC.has(what));
  const verdict = has("broken") ? "broken" : lacks ? "usable" : "ready";
  return { name, type: description.type, line, verdict, findings, left };
}

// All else that may be missing is a speed-up.
const NEEDED_BY_GC: ReadonlySet<string> = new Set(["listing", "deletion"]);

/** Stores one after the other; without names, every one that is known here. @throws BaleError `CONFIG_INVALID`, and what `checkStore` throws */
export async function checkStores(
  context: ClientContext,
  workspace: Workspace,
  names: readonly string[],
  options: LongCallOptions = {},
): Promise<readonly StoreCheck[]> {
  const checks: StoreCheck[] = [];
  for (const [name, description] of await namedStores(context, workspace, names, options.signal))
    checks.push(await checkStore(context, name, description, options));
  return checks;
}
