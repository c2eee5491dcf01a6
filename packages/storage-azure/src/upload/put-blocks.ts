import { createHash, getFips } from "node:crypto";
import type { BlobWriteOptions, ByteSource } from "@bale/spec";
import { createLimiter, type Limiter, sizeChanged } from "@bale/storage";
import { type AzureCall, type AzureClient, WRITE } from "../api/azure-client.js";
import { errorName } from "../api/refusal.js";
import { commitBlocks, uncommittedBlocks } from "./block-list.js";
import { type Block, planBlocks } from "./block-plan.js";

export interface BlockOptions extends Pick<BlobWriteOptions, "onBytes" | "signal"> {
  /** Preferred bytes of a block. */
  readonly blockBytes: number;
  /** Shared by all writes of a driver: each block that is on its way is in memory. */
  readonly limited: Limiter;
}

async function readBlock(source: ByteSource, { start, end }: Block, signal: AbortSignal): Promise<Buffer> {
  const block = Buffer.allocUnsafeSlow(end - start);
  let filled = 0;
  for await (const chunk of source.open({ range: { start, endExclusive: end }, signal })) {
    signal.throwIfAborted();
    if (filled + chunk.length > block.length) throw sizeChanged(source);
    block.set(chunk, filled);
    filled += chunk.length;
  }
  if (filled !== block.length) throw sizeChanged(source);
  return block;
}

/** Named by what it holds: a later run that reads the same bytes finds it, and no other bytes can be taken for it. */
function nameOf(block: Uint8Array): string {
  return createHash("sha256").update(block).digest("base64");
}

/** Azure compares it with what arrived. Where the rules of a machine forbid MD5, what carries the bytes has to be enough. */
function checksumOf(block: Uint8Array): Readonly<Record<string, string>> {
  return getFips() === 1 ? {} : { "content-md5": createHash("md5").update(block).digest("base64") };
}

/** Runs a task for each block; the first that fails stops the others, and is what is thrown once all have ended. */
async function forEachBlock(
  blocks: readonly Block[],
  signal: AbortSignal | undefined,
  task: (block: Block, index: number, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  let failure: { readonly cause: unknown } | undefined;
  await Promise.all(
    blocks.map(async (block, index) => {
      try {
        await task(block, index, either);
      } catch (cause) {
        failure ??= { cause };
        stop.abort();
      }
    }),
  );
  if (failure) throw failure.cause;
}

/**
 * Several blocks at once, those of an earlier run taken over, then all of them made a blob in one step: until then there is none.
 * "foreign": somebody's blocks with names of another length are in the way, with which Azure takes no others.
 */
export async function putBlocks(
  client: AzureClient,
  name: string,
  source: ByteSource,
  options: BlockOptions,
): Promise<"created" | "taken" | "foreign"> {
  const { blockBytes, limited, onBytes, signal } = options;
  const known = await uncommittedBlocks(client, name, { signal });
  const { blocks, atOnce } = planBlocks(source.size, blockBytes);
  const ids: string[] = [];
  const sent: number[] = [];
  let total = 0;
  let foreign = false;
  const count = (index: number, bytes: number): void => {
    total += bytes - (sent[index] ?? 0);
    sent[index] = bytes;
    onBytes?.(total);
  };
  const send = async (block: Block, index: number, stop: AbortSignal): Promise<void> => {
    stop.throwIfAborted();
    const bytes = await readBlock(source, block, stop);
    const id = nameOf(bytes);
    ids[index] = id;
    if (known.get(id) !== bytes.length) {
      const call: AzureCall = {
        method: "PUT",
        name,
        query: { comp: "block", blockid: id },
        headers: checksumOf(bytes),
        body: bytes,
        actions: WRITE,
        accept: [201, 400],
        signal: stop,
        onBytes: (done) => count(index, Math.min(done, bytes.length)),
      };
      const response = await client.ask(call);
      if (response.status !== 201) {
        foreign ||= errorName(response) === "InvalidBlobOrBlock";
        throw await client.refusal(response, call);
      }
      await response.discard();
    }
    count(index, bytes.length);
  };
  const own = createLimiter(atOnce);
  try {
    await forEachBlock(blocks, signal, (block, index, stop) =>
      own(() => limited(() => send(block, index, stop))),
    );
  } catch (cause) {
    if (foreign) return "foreign";
    throw cause;
  }
  return commitBlocks(client, name, ids, { signal });
}
