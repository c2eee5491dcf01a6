import { type ArchivedFile, filesSize, filesStream, gzipStream } from "@bale/archive";
import { createTaskLog, type StagedFile, type StagingArea } from "@bale/engine";
import { BaleError, type ByteStream, type Digest, type LongCallOptions } from "@bale/spec";
import { nodeHasher } from "@bale/storage";
import { stopIfAborted } from "../client/stop-if-aborted.js";

/** One layer of an image: a compressed tar of files in the staging area. */
export interface ImageLayer {
  readonly name: string;
  readonly digest: Digest;
  readonly staged: StagedFile;
  /** Of the tar before compression, which is what runtimes check (image spec, "rootfs.diff_ids"). */
  readonly diffId: Digest;
}

// Image spec, "Whiteouts": a runtime takes such a name for the removal of another file.
const WHITEOUT = ".wh.";

/** @throws BaleError `NAME_UNPORTABLE` */
function refuseWhiteouts(files: readonly ArchivedFile[]): void {
  const found = files.find(({ path }) => path.split("/").some((part) => part.startsWith(WHITEOUT)));
  if (!found) return;
  throw new BaleError({
    code: "NAME_UNPORTABLE",
    message: `${JSON.stringify(found.path)} cannot be in an image`,
    why: "runtimes take a name that begins with .wh. for the removal of a file",
    fix: "rename it, or leave it out with --layer or --path",
    context: { path: found.path },
  });
}

/** Makes a layer: the same bytes for the same files, on every machine. @throws BaleError `NAME_UNPORTABLE`, `DIGEST_MISMATCH`, `NO_SPACE` */
export async function writeImageLayer(
  name: string,
  files: readonly ArchivedFile[],
  staging: StagingArea,
  call: LongCallOptions,
): Promise<ImageLayer> {
  refuseWhiteouts(files);
  const task = createTaskLog(call.onProgress).start("pack", `image layer ${name}`, filesSize(files), "bytes");
  const [diff, whole] = [nodeHasher.begin(), nodeHasher.begin()];
  let read = 0;
  async function* tar(): ByteStream {
    for await (const chunk of filesStream(files)) {
      stopIfAborted(call.signal, "packing an image");
      diff.update(chunk);
      read += chunk.length;
      task.advance(read);
      yield chunk;
    }
  }
  const writer = await staging.create();
  try {
    for await (const chunk of gzipStream(tar(), { seal: false })) {
      whole.update(chunk);
      await writer.write(chunk);
    }
  } catch (error) {
    task.end(call.signal?.aborted ? "cancelled" : "failed");
    await writer.abort();
    throw error;
  }
  const digest = whole.finish();
  const staged = await writer.commit(digest);
  task.end("completed");
  return { name, digest, staged, diffId: diff.finish() };
}
