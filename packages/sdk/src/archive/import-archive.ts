import type { ArchivedManifest } from "@bale/archive";
import { moveTag, type TagMove, type UploadResult } from "@bale/engine";
import { BaleError, type ByteStream, type Digest, formatReference, parseReference } from "@bale/spec";
import type { ClientContext } from "../client/client-context.js";
import { addUploads, type CopyEnds, copyWhole, NO_UPLOADS, tagMoves } from "../registry/copy.js";
import { lookUp, type RemotePorts } from "../remote/remote-tree.js";
import { cloneFound } from "../working-tree/clone.js";
import { type ArchiveRepository, openArchiveRepository } from "./archive-repository.js";
import { importExternals } from "./import-external.js";
import { type ImportTarget, importTargets } from "./import-targets.js";
import type { ImportedBundle, ImportOptions, ImportResult } from "./import-types.js";
import { onlyManifest } from "./only-manifest.js";

/** An archive that was read and checked, and those of its manifests that are meant. */
interface OpenedImport {
  readonly file: string;
  readonly repository: ArchiveRepository;
  readonly manifests: readonly ArchivedManifest[];
}

function noSuchEntry(text: string): BaleError {
  return new BaleError({
    code: "NOT_FOUND",
    message: `${text} does not exist`,
    why: "the archive holds no such bundle",
    fix: "list what there is with `bale tags FILE.tar`",
  });
}

/** `FILE.tar`, one bundle of it by tag or digest, or a file of another name. */
async function openNamed(
  context: ClientContext,
  text: string,
  options: ImportOptions,
): Promise<OpenedImport> {
  const parsed = /\.(?:tar|tar\.gz|tgz)(?:[:@]|$)/.test(text) ? parseReference(text) : undefined;
  const { file, tag, digest } = parsed?.kind === "archive" ? parsed : { file: text };
  const repository = await context.openArchive(file, options);
  const all = repository.extracted.manifests;
  if (tag === undefined && digest === undefined) return { file, repository, manifests: all };
  const wanted: Digest | undefined = digest ?? (tag ? (await repository.resolve(tag))?.digest : undefined);
  const [found] = all.filter((manifest) => manifest.digest === wanted);
  if (!found) throw noSuchEntry(text);
  return { file, repository, manifests: [{ ...found, ...(tag === undefined ? {} : { name: tag }) }] };
}

interface PlannedImport {
  readonly target: ImportTarget;
  readonly ends: CopyEnds;
  readonly moves: readonly TagMove[];
}

async function planImport(
  context: ClientContext,
  { file, repository, manifests }: OpenedImport,
  destination: string,
  options: ImportOptions,
): Promise<PlannedImport[]> {
  const planned: PlannedImport[] = [];
  for (const target of importTargets(file, manifests, context.parse(destination))) {
    const { digest } = target.manifest;
    const ends: CopyEnds = {
      source: { reference: { kind: "archive", file }, name: file, repository, tag: undefined, digest },
      target: await lookUp(context, target.reference, options),
    };
    planned.push({ target, ends, moves: await tagMoves(ends.target, { force: options.force }, digest) });
  }
  return planned;
}

async function carryOut(
  context: ClientContext,
  planned: readonly PlannedImport[],
  ports: RemotePorts,
  options: ImportOptions,
): Promise<
  Pick<
    ImportResult,
    "bundles" | "copiedBlobs" | "copiedBytes" | "reusedBlobs" | "externalBlobs" | "missingBlobs"
  >
> {
  const bundles: ImportedBundle[] = [];
  let uploads: UploadResult = NO_UPLOADS;
  let [externalBlobs, missingBlobs] = [0, 0];
  for (const { target, ends, moves } of planned) {
    const { digest, name } = target.manifest;
    const reference = formatReference(target.reference);
    const isThere = moves.every((move) => move.expect === digest);
    if (options.dryRun) {
      bundles.push({ name, manifest: digest, reference, outcome: isThere ? "unchanged" : "dry-run" });
      continue;
    }
    const external = await importExternals(context, ends, ports, options);
    uploads = addUploads(uploads, external.uploads);
    externalBlobs += external.brought;
    missingBlobs += external.missing;
    if (!isThere) {
      const { signal, onProgress, concurrency } = options;
      const copied = await copyWhole(ends, { signal, onProgress, concurrency });
      uploads = addUploads(uploads, copied.uploads);
      for (const move of moves)
        await moveTag(move, copied.raw, { remote: ends.target.repository }, options.signal);
    }
    bundles.push({ name, manifest: digest, reference, outcome: isThere ? "unchanged" : "imported" });
  }
  const { sentBlobs: copiedBlobs, sentBytes: copiedBytes, reusedBlobs } = uploads;
  return { bundles, copiedBlobs, copiedBytes, reusedBlobs, externalBlobs, missingBlobs };
}

const NOTHING = {
  copiedBlobs: 0,
  copiedBytes: 0,
  reusedBlobs: 0,
  externalBlobs: 0,
  missingBlobs: 0,
} as const;

async function asWorkspace(
  context: ClientContext,
  { file, repository, manifests }: OpenedImport,
  directory: string,
  options: ImportOptions,
): Promise<ImportResult> {
  const { digest, name } = onlyManifest(file, manifests);
  const { own } = repository.extracted;
  const outcome = options.dryRun ? "dry-run" : "imported";
  const bundles: ImportedBundle[] = [{ name, manifest: digest, reference: undefined, outcome }];
  const { signal, onProgress, concurrency } = options;
  if (!options.dryRun)
    await cloneFound(
      context,
      { reference: { kind: "archive", file }, name: file, repository, tag: undefined, digest },
      directory,
      { signal, onProgress, concurrency },
    );
  return { ...NOTHING, archive: file, own, outcome, bundles, directory };
}

/**
 * `bale import FILE [REF]`: reads the archive to its end and checks every digest before anything of it is written anywhere; then its bundles
 * go to a registry or layout, tags last, or one of them becomes a workspace.
 * @throws BaleError `ARCHIVE_INVALID`, `DIGEST_MISMATCH`, `LIMIT`, `NOT_REGULAR`, `UNSAFE_PATH`, `NOT_FOUND`, `TAG_MOVED`, `USAGE`,
 * `WOULD_OVERWRITE` and what the destination reports
 */
export async function importArchive(
  context: ClientContext,
  source: string | ByteStream,
  destination: string | undefined,
  ports: RemotePorts,
  options: ImportOptions = {},
): Promise<ImportResult> {
  if (destination === undefined && options.into === undefined)
    throw new BaleError({
      code: "USAGE",
      message: "no destination is named",
      fix: "name a registry or layout, or a folder that becomes a workspace",
    });
  if (typeof source === "string")
    return carryIn(context, await openNamed(context, source, options), destination, ports, options);
  await using repository = await openArchiveRepository(
    context.host,
    { name: "-", open: () => source },
    options,
  );
  const opened = { file: "-", repository, manifests: repository.extracted.manifests };
  // Awaited here: what was unpacked goes when the work is done.
  return await carryIn(context, opened, destination, ports, options);
}

async function carryIn(
  context: ClientContext,
  opened: OpenedImport,
  destination: string | undefined,
  ports: RemotePorts,
  options: ImportOptions,
): Promise<ImportResult> {
  if (destination === undefined) return asWorkspace(context, opened, options.into ?? "", options);
  const planned = await planImport(context, opened, destination, options);
  const done = await carryOut(context, planned, ports, options);
  const changed = done.bundles.some(({ outcome }) => outcome === "imported");
  return {
    ...NOTHING,
    ...done,
    archive: opened.file,
    own: opened.repository.extracted.own,
    outcome: options.dryRun ? "dry-run" : changed ? "imported" : "nothing-to-do",
    directory: undefined,
  };
}
