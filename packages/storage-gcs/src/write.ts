import { BaleError, type BlobWriteOptions, type ByteSource } from "@bale/spec";
import type { GcsClient } from "./api/gcs-client.js";
import { deleteBlob } from "./delete.js";
import { blobSize } from "./stat.js";
import type { UploadOutcome } from "./upload/outcome.js";
import { type Patience, putResumable } from "./upload/put-resumable.js";
import { putWhole } from "./upload/put-whole.js";

export interface WriteTarget {
  readonly client: GcsClient;
  /** Largest blob that is sent in one request. */
  readonly wholeBytes: number;
  readonly patience: Patience;
}
type WriteOptions = Pick<BlobWriteOptions, "onBytes" | "signal">;

const MOST_ROUNDS = 3;

function failed(
  client: GcsClient,
  name: string,
  code: "STORE_CONFLICT" | "STORE_CORRUPT",
  why: string,
): BaleError {
  const { bucket } = client.config;
  return new BaleError({
    code,
    message:
      code === "STORE_CONFLICT"
        ? `the bucket ${bucket} holds something else in place of a blob`
        : `the bucket ${bucket} did not keep a blob as it was sent`,
    why,
    fix: code === "STORE_CONFLICT" ? `remove ${name} from the bucket, then push again` : undefined,
    context: { bucket, blob: name },
  });
}

async function isThere(
  client: GcsClient,
  name: string,
  size: number,
  options: WriteOptions,
): Promise<boolean> {
  const found = await blobSize(client, name, { signal: options.signal });
  if (found === undefined || found === size) return found === size;
  throw failed(client, name, "STORE_CONFLICT", `${name} has ${found} bytes, not ${size}`);
}

/** A simple upload has no room for a storage class. */
export function isSentWhole({ client, wholeBytes }: WriteTarget, size: number): boolean {
  return size <= wholeBytes && client.config.storageClass === undefined;
}

async function put(
  target: WriteTarget,
  name: string,
  source: ByteSource,
  options: WriteOptions,
): Promise<UploadOutcome> {
  const { client, patience } = target;
  if (isSentWhole(target, source.size)) return putWhole(client, name, source, options);
  return putResumable(client, name, source, { ...options, patience });
}

/** The answer to an upload states what was kept; where it does not, the object does. */
async function checkKept(
  client: GcsClient,
  name: string,
  size: number,
  stated: number | undefined,
  options: WriteOptions,
): Promise<void> {
  const kept = stated ?? (await blobSize(client, name, { signal: options.signal }));
  if (kept === size) return;
  await deleteBlob(client, name).catch(() => undefined);
  throw failed(client, name, "STORE_CORRUPT", `${name} has ${kept ?? "no"} bytes, ${size} were sent`);
}

/**
 * What is there already stays as it is, and counts where its size is the right one.
 * @throws BaleError `STORE_CONFLICT`, `STORE_CORRUPT`, or what the client or the source throws
 */
export async function writeBlob(
  target: WriteTarget,
  name: string,
  source: ByteSource,
  options: WriteOptions,
): Promise<"created" | "existed"> {
  const { client } = target;
  const { size } = source;
  options.signal?.throwIfAborted();
  let refused: BaleError | undefined;
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    // One request is refused by itself where an object is there; a session might get all bytes before that.
    const look = round > 1 || !isSentWhole(target, size);
    if (look && (await isThere(client, name, size, options))) {
      options.onBytes?.(size);
      return "existed";
    }
    if (refused) throw refused;
    const outcome = await put(target, name, source, options);
    if (outcome.kind === "created") {
      await checkKept(client, name, size, outcome.size, options);
      return "created";
    }
    if (outcome.kind === "refused") refused = outcome.error;
  }
  throw failed(client, name, "STORE_CONFLICT", `${name} is said to exist, and then not to`);
}
