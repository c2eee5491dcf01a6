import { createTaskLog, type UploadJob, type UploadResult, uploadBlobs } from "@bale/engine";
import { createBlobStore, nodeHasher } from "@bale/storage";
import type { ClientContext } from "../client/client-context.js";
import { storeOpener } from "../push/store-opener.js";
import { type CopyEnds, NO_UPLOADS } from "../registry/copy.js";
import { externalTree, markUsers } from "../registry/copy-external.js";
import type { RemotePorts } from "../remote/remote-tree.js";
import { readingJob } from "../storage/move-blobs.js";
import { externalBlobs } from "./external-blobs.js";
import type { ImportOptions } from "./import-types.js";

export interface ImportedExternals {
  readonly uploads: UploadResult;
  readonly brought: number;
  readonly missing: number;
}

/**
 * Blobs that a bundle keeps in external stores, from the archive to those stores; into a layout, beside its own blobs. What the archive lacks is
 * expected to be in its store.
 * @throws BaleError `STORE_UNTRUSTED`, `STORE_DENIED`, `STORE_CONFLICT` and what else a store reports
 */
export async function importExternals(
  context: ClientContext,
  ends: CopyEnds,
  ports: RemotePorts,
  options: ImportOptions,
): Promise<ImportedExternals> {
  const { signal, concurrency } = options;
  const tree = await externalTree(context, ends.source, ports, { signal });
  if (!tree) return { uploads: NO_UPLOADS, brought: 0, missing: 0 };
  const { repository, reference } = ends.target;
  const from = createBlobStore(ends.source.repository.blobs, { hasher: nodeHasher });
  const own = createBlobStore(repository.blobs, { hasher: nodeHasher });
  const openStore = storeOpener(context, repository, [tree.bundle.root.stores]);
  const jobs: UploadJob[] = [];
  let missing = 0;
  for (const blob of await externalBlobs(tree, { signal })) {
    if (!(await from.has(blob, { signal }))) missing++;
    else if (options.external !== false)
      jobs.push(readingJob(blob, from, reference.kind === "layout" ? own : await openStore(blob.store)));
  }
  if (jobs.length === 0) await markUsers(context, tree, ends);
  const uploads = await uploadBlobs(jobs, createTaskLog(options.onProgress), {
    signal,
    concurrency: concurrency ?? context.options.concurrency,
  });
  return { uploads, brought: jobs.length, missing };
}
