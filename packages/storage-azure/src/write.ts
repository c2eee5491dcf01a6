import { BaleError, type BlobWriteOptions, type ByteSource } from "@bale/spec";
import type { Limiter } from "@bale/storage";
import type { AzureClient } from "./api/azure-client.js";
import { deleteBlob } from "./delete.js";
import { blobSize } from "./stat.js";
import { putBlocks } from "./upload/put-blocks.js";
import { putWhole } from "./upload/put-whole.js";

export interface WriteTarget {
  readonly client: AzureClient;
  /** Largest blob that is sent in one request. */
  readonly wholeBytes: number;
  readonly blockBytes: number;
  readonly limited: Limiter;
}
type WriteOptions = Pick<BlobWriteOptions, "onBytes" | "signal">;

const MiB = 1024 * 1024;
/** What Azure takes in one request. */
const LARGEST_WHOLE = 5000 * MiB;
const MOST_ROUNDS = 3;

function failed(
  client: AzureClient,
  name: string,
  code: "STORE_CONFLICT" | "STORE_CORRUPT",
  why: string,
): BaleError {
  const { account, container } = client.config;
  return new BaleError({
    code,
    message:
      code === "STORE_CONFLICT"
        ? `the container ${container} of the account ${account} holds something else in place of a blob`
        : `the container ${container} of the account ${account} did not keep a blob as it was sent`,
    why,
    fix: code === "STORE_CONFLICT" ? `remove ${name} from the container, then push again` : undefined,
    context: { account, container, blob: name },
  });
}

async function isThere(
  client: AzureClient,
  name: string,
  size: number,
  options: WriteOptions,
): Promise<boolean> {
  const found = await blobSize(client, name, { signal: options.signal });
  if (found === undefined || found === size) return found === size;
  throw failed(client, name, "STORE_CONFLICT", `${name} has ${found} bytes, not ${size}`);
}

async function put(
  target: WriteTarget,
  name: string,
  source: ByteSource,
  options: WriteOptions,
): Promise<"created" | "taken"> {
  const { client, wholeBytes } = target;
  if (source.size <= wholeBytes) return putWhole(client, name, source, options);
  const outcome = await putBlocks(client, name, source, { ...target, ...options });
  if (outcome !== "foreign") return outcome;
  if (source.size <= LARGEST_WHOLE) return putWhole(client, name, source, options);
  throw failed(
    client,
    name,
    "STORE_CONFLICT",
    `blocks that another program sent for ${name} are in the way; Azure removes them after a week`,
  );
}

/** Removes what this write made, and says how it differs. */
async function removeWrong(client: AzureClient, name: string, size: number): Promise<BaleError> {
  const kept = await blobSize(client, name).catch(() => undefined);
  await deleteBlob(client, name).catch(() => undefined);
  return failed(client, name, "STORE_CORRUPT", `${name} has ${kept ?? "no"} bytes, ${size} were sent`);
}

/**
 * What is there already stays as it is, and counts where its size is the right one. What was made is looked at once more.
 * @throws BaleError `STORE_CONFLICT`, `STORE_CORRUPT`, or what the client or the source throws
 */
export async function writeBlob(
  target: WriteTarget,
  name: string,
  source: ByteSource,
  options: WriteOptions,
): Promise<"created" | "existed"> {
  const { client, wholeBytes } = target;
  const { size } = source;
  options.signal?.throwIfAborted();
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    // One request is refused by itself where a blob is there; blocks would all be sent before that.
    const look = round > 1 || size > wholeBytes;
    if (look && (await isThere(client, name, size, options))) {
      options.onBytes?.(size);
      return "existed";
    }
    if ((await put(target, name, source, options)) === "taken") continue;
    if ((await blobSize(client, name, { signal: options.signal })) === size) return "created";
    throw await removeWrong(client, name, size);
  }
  throw failed(client, name, "STORE_CONFLICT", `${name} is said to exist, and then not to`);
}
