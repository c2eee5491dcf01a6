import type { PackPlan, PlannedWhole } from "@bale/core";
import type { ByteRange, Digest } from "@bale/spec";
import { type BlobStore, bytesSource, fileSource } from "@bale/storage";
import { type BuiltPack, fileChanged } from "./build-pack.js";
import type { PushPorts, PushRequest } from "./push-request.js";
import type { UploadJob } from "./upload.js";
import type { WrittenIndex } from "./write-index.js";

function rangeOf(range: ByteRange | undefined, size: number): { offset: number; length: number } | undefined {
  return range ? { offset: range.start, length: (range.endExclusive ?? size) - range.start } : undefined;
}

async function wholeFileJob(
  { file, store }: PlannedWhole,
  request: PushRequest,
  ports: PushPorts,
): Promise<UploadJob> {
  const { path, size, digest } = file;
  return {
    blob: { digest, size },
    store: await ports.openStore(store),
    source: { size, open: (options) => ports.tree.open(path, rangeOf(options?.range, size)) },
    label: path,
    mountFrom: store === undefined ? request.mountFrom : undefined,
    mayExist: true,
    recheck: async () => {
      const hash = ports.hasher.begin();
      for await (const chunk of ports.tree.open(path)) hash.update(chunk);
      if (hash.finish() !== digest) throw fileChanged(path);
    },
  };
}

/** Jobs for packs and whole files; tables, root and configuration follow when all of these are stored. */
export async function contentJobs(
  plan: PackPlan,
  built: readonly BuiltPack[],
  request: PushRequest,
  ports: PushPorts,
): Promise<UploadJob[]> {
  const named = new Set<Digest>(request.current?.manifest?.layers.map((layer) => layer.digest) ?? []);
  const jobs: UploadJob[] = [];
  for (const pack of built)
    jobs.push({
      blob: pack.blob,
      store: await ports.openStore(pack.store),
      source: fileSource(pack.staged.path, { size: pack.staged.size }),
      label: `pack of ${pack.layer}`,
      mayExist: true,
    });
  for (const whole of plan.whole) {
    // What the remote's manifest names is taken as present: the registry refused to take the manifest otherwise.
    if (whole.store === undefined && named.has(whole.file.digest)) continue;
    jobs.push(await wholeFileJob(whole, request, ports));
  }
  return jobs;
}

/** Jobs for tables, root and the configuration of the compatible envelope. */
export function indexJobs(
  index: WrittenIndex,
  config: Uint8Array | undefined,
  store: BlobStore,
  ports: Pick<PushPorts, "hasher">,
): UploadJob[] {
  const job = (bytes: Uint8Array, digest: Digest, label: string, mayExist: boolean): UploadJob => ({
    blob: { digest, size: bytes.length },
    store,
    source: bytesSource(bytes),
    label,
    mayExist,
  });
  return [
    ...index.tables.map((table) => job(table.bytes, table.ref.digest, "table", false)),
    job(index.rootBytes, index.rootDigest, "index", false),
    ...(config ? [job(config, ports.hasher.digest(config), "configuration", true)] : []),
  ];
}
