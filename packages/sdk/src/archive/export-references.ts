import { archiveSize, archiveStream, filesSize, filesStream, gzipStream } from "@bale/archive";
import { BaleError, type ByteStream } from "@bale/spec";
import type { ClientContext } from "../client/client-context.js";
import { selectRows } from "../look/list.js";
import { openReference } from "../look/open-reference.js";
import type { RemotePorts } from "../remote/remote-tree.js";
import { archiveContent } from "./archive-content.js";
import { checkOutput, refuseInside, type WrittenArchive, writeArchive } from "./archive-output.js";
import { archivedFiles } from "./archived-files.js";
import { exportSources } from "./export-sources.js";
import type { ExportOptions, ExportResult } from "./export-types.js";

/** What is to be written: the form is decided, the bytes are still to come. */
interface PlannedExport {
  readonly result: Omit<ExportResult, "outcome" | "digest" | "size" | "output" | "gzip">;
  readonly stream: () => ByteStream;
  /** Of the tar. */
  readonly size: number;
}

function isGzip({ gzip, output }: ExportOptions): boolean {
  return gzip ?? (typeof output === "string" && /\.(?:tar\.gz|tgz)$/.test(output));
}

async function planFiles(
  context: ClientContext,
  references: readonly string[],
  ports: RemotePorts,
  options: ExportOptions,
): Promise<PlannedExport> {
  const [reference, ...others] = references;
  if (reference === undefined || others.length > 0)
    throw new BaleError({
      code: "USAGE",
      message: "a tar of files is made of one bundle",
      why: "files of two bundles could have one path",
      fix: "export them one by one, or without --files",
    });
  const tree = await openReference(context, reference, ports, options);
  const { rows, leftOut } = await selectRows(tree, options);
  const files = archivedFiles(
    [...rows].map(({ row }) => row),
    tree,
    options,
  );
  return {
    result: {
      form: "files",
      bundles: [{ reference, manifest: tree.bundle.raw.digest, name: undefined }],
      blobs: 0,
      files: files.length,
      externalBlobs: 0,
      leftOutBlobs: 0,
      leftOutBytes: 0,
      leftOut,
    },
    stream: () => filesStream(files),
    size: filesSize(files),
  };
}

async function write(
  context: ClientContext,
  planned: PlannedExport,
  options: ExportOptions,
): Promise<ExportResult> {
  const gzip = isGzip(options);
  const { output, signal, onProgress } = options;
  const head = { ...planned.result, gzip, output: typeof output === "string" ? output : undefined };
  if (options.dryRun)
    return { ...head, outcome: "dry-run", digest: undefined, size: gzip ? undefined : planned.size };
  const tar = planned.stream();
  const written: WrittenArchive = await writeArchive(gzip ? gzipStream(tar, { seal: true }) : tar, output, {
    sync: context.options.fsync !== "never",
    signal,
    onProgress,
    size: gzip ? undefined : planned.size,
  });
  return { ...head, outcome: "exported", ...written };
}

/** Folders that are read: an archive in one of them could become a part of itself. */
function readFolders(context: ClientContext, references: readonly string[]): string[] {
  return references.flatMap((text) => {
    const reference = context.parse(text);
    return reference.kind === "layout" ? [reference.directory] : [];
  });
}

/**
 * `bale export REF... -o FILE`: manifests and everything that they name, blobs of external stores included, as an OCI layout in a tar. The same
 * manifests under the same names give the same bytes, whether they come from a registry, a layout or an archive, and on every machine.
 * @throws BaleError `NOT_FOUND`, `USAGE`, `WOULD_OVERWRITE`, `BLOB_MISSING`, `EXTERNAL_MISSING`, `DIGEST_MISMATCH`, `STORE_UNTRUSTED`, `NO_SPACE`
 */
export async function exportReferences(
  context: ClientContext,
  references: readonly string[],
  ports: RemotePorts,
  options: ExportOptions,
): Promise<ExportResult> {
  if (references.length === 0)
    throw new BaleError({ code: "USAGE", message: "nothing to export is named", fix: "name a reference" });
  if (typeof options.output === "string") {
    await refuseInside(options.output, readFolders(context, references));
    await checkOutput(options.output, options.replace ?? true);
  }
  if (options.files) return write(context, await planFiles(context, references, ports, options), options);
  await using found = await exportSources(context, references, ports, options);
  const { sources } = found;
  const { content, ...sums } = await archiveContent(context, sources, ports, options);
  const planned: PlannedExport = {
    result: {
      form: "layout",
      bundles: sources.map(({ reference, state, name }) => ({ reference, manifest: state.digest, name })),
      files: undefined,
      leftOut: [...new Set(sources.flatMap(({ leftOut }) => leftOut))],
      ...sums,
    },
    stream: () => archiveStream(content),
    size: archiveSize(content),
  };
  // Awaited here: what was looked up goes when the work is done.
  return await write(context, planned, options);
}
