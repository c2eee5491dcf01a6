import { type Capabilities, FULL_CAPABILITIES, probeCapabilities } from "@bale/workspace";
import type { ClientContext } from "../client/client-context.js";
import type { RemotePorts, RemoteTree } from "../remote/remote-tree.js";
import { openEnsurePlace } from "./ensured/ensure-place.js";
import { type EnsureRecord, readEnsureRecord, writeEnsureRecord } from "./ensured/ensure-record.js";
import { beginRun, type EnsureRun, selectionOf } from "./ensured/ensure-run.js";
import { isInPlace, knownDigests, provedInPlace, recordedByPath } from "./ensured/in-place.js";
import { listOthers } from "./ensured/list-others.js";
import { type LockedFolder, withLockedFolder } from "./ensured/locked-folder.js";
import { lookAtFiles } from "./ensured/look-at-files.js";
import { type EnsurePlan, planEnsure } from "./ensured/plan-ensure.js";
import { type ProvedFile, recordFiles } from "./ensured/record-files.js";
import { type WantedRows, wantedRows } from "./ensured/wanted-rows.js";
import { writeFiles } from "./ensured/write-files.js";
import type { EnsureOptions, EnsureResult } from "./trust-types.js";

interface Planned {
  readonly tree: RemoteTree;
  readonly wanted: WantedRows;
  readonly plan: EnsurePlan;
  /** Whether the folder is already ensure's own, so that a record may say so before the first change. */
  readonly owned: boolean;
}

function knownRecord(root: string): { readonly record: EnsureRecord | undefined; readonly carried: boolean } {
  const read = readEnsureRecord(root);
  return { record: typeof read === "string" ? undefined : read, carried: read !== "absent" };
}

async function planRun(run: EnsureRun, root: string, capabilities: Capabilities): Promise<Planned> {
  const { options } = run;
  const { record, carried } = knownRecord(root);
  const place = openEnsurePlace(root, options.mirror === true);
  const owned = place.empty || carried;
  const tree = await run.openTree();
  const isRemembered = (options.roles ?? []).length + (options.layers ?? []).length === 0;
  const wanted = await wantedRows(tree, selectionOf(run, record), { isRemembered, signal: options.signal });
  const recorded = recordedByPath(record);
  const { signal, onProgress, concurrency } = options;
  const looked = await lookAtFiles(root, wanted.rows, {
    known: knownDigests(recorded),
    capabilities,
    signal,
    onProgress,
    concurrency,
  });
  const paths = new Set<string>(wanted.rows.map(({ path }) => path));
  const others = options.mirror && place.exists ? listOthers(root, (path) => paths.has(path)) : undefined;
  const plan = planEnsure({
    root,
    looked,
    others,
    recorded,
    mayReplace: owned || options.overwrite === true,
  });
  return { tree, wanted, plan, owned };
}

function result(
  run: EnsureRun,
  root: string,
  known: Pick<EnsureRecord, "contentDigest" | "leftOut">,
  rest: Partial<EnsureResult> = {},
): EnsureResult {
  return {
    reference: run.name,
    directory: root,
    manifest: run.digest,
    contentDigest: known.contentDigest,
    outcome: "nothing-to-do",
    written: [],
    removed: [],
    downloadedFiles: 0,
    downloadedBytes: 0,
    leftOut: known.leftOut,
    ...rest,
  };
}

function planned(run: EnsureRun, root: string, { tree, wanted, plan }: Planned): EnsureResult {
  const known = { contentDigest: tree.bundle.root.contentDigest, leftOut: wanted.leftOut };
  const written = plan.writes.map(({ row }) => row.path);
  const removed = plan.removes.map(({ path }) => path);
  const changes = written.length + removed.length + plan.emptyFolders.length > 0;
  return result(run, root, known, { written, removed, outcome: changes ? "written" : "nothing-to-do" });
}

/** The record of this run; `files` as they are once it is done, or before it began. */
function recordOf(
  run: EnsureRun,
  { tree, wanted }: Planned,
  before: EnsureRecord | undefined,
  capabilities: Capabilities,
): Omit<EnsureRecord, "complete" | "files"> {
  const { platform } = run.options;
  return {
    reference: run.name,
    repository: run.repository,
    manifest: run.digest,
    contentDigest: tree.bundle.root.contentDigest,
    ...(platform === undefined ? {} : { platform }),
    selection: selectionOf(run, before),
    leftOut: wanted.leftOut,
    capabilities,
  };
}

async function carryOut(run: EnsureRun, folder: LockedFolder): Promise<EnsureResult> {
  const { root, staging } = folder;
  const { context, options } = run;
  const fsync = context.options.fsync ?? "auto";
  const sync = fsync !== "never";
  const capabilities = probeCapabilities(staging);
  const { record: before } = knownRecord(root);

  const save = async (
    record: Omit<EnsureRecord, "complete" | "files">,
    proved: readonly ProvedFile[],
  ): Promise<void> => {
    const { files, nowNs } = await recordFiles(staging, proved);
    writeEnsureRecord(root, { ...record, complete: true, files }, { savedAtNs: nowNs, sync });
  };
  const proved = before && (await provedInPlace(root, run, before, capabilities));
  if (before && proved) {
    await save(before, proved);
    return result(run, root, before);
  }
  const made = await planRun(run, root, capabilities);
  const record = recordOf(run, made, before, capabilities);
  const written = await writeFiles(folder, made.plan, made.tree.storeOf, {
    signal: options.signal,
    onProgress: options.onProgress,
    concurrency: options.concurrency ?? context.options.concurrency,
    fsync,
    capabilities,
    // Killed in between, the next run knows the folder as ensure's own. Not so where --overwrite made way: it stays to be asked for.
    beforeCommit: () => {
      if (made.owned)
        writeEnsureRecord(
          root,
          { ...record, complete: false, files: before?.files ?? [] },
          { savedAtNs: 0n, sync },
        );
    },
  });
  await save(record, [
    ...made.plan.inPlace,
    ...made.plan.writes.map(({ row }) => ({ row, stat: written.stat(row.path) })),
  ]);
  return {
    ...planned(run, root, made),
    downloadedFiles: written.fetched.files,
    downloadedBytes: written.fetched.bytes,
  };
}

/**
 * `bale ensure REF DIR`: afterwards every path of the selection has the bundle's content; other paths are left, or removed with `mirror`.
 * Everything is fetched and checked before anything in the folder changes. A second run with everything in place reads no file and makes one
 * request for a tag, none for a digest. Two runs in one folder follow one another, and the later one wins whole.
 *
 * What differs is replaced only in a folder that is empty or was made by `ensure`, else with `overwrite`.
 * @throws BaleError `USAGE` for a workspace, the root, the home folder and, with `mirror`, a repository; `WOULD_OVERWRITE` with all paths, before
 * the first change; `NOT_FOUND`, `ROLE_UNKNOWN`, `LAYER_UNKNOWN`, `LOCKED`, `DIGEST_MISMATCH`, `BLOB_MISSING`, `NO_SPACE`, `PERMISSION`
 */
export async function ensure(
  context: ClientContext,
  reference: string,
  ports: RemotePorts,
  options: EnsureOptions,
): Promise<EnsureResult> {
  const { root, exists } = openEnsurePlace(options.directory, options.mirror === true);
  const run = await beginRun(context, reference, ports, options);
  const { record } = knownRecord(root);
  if (exists && record && isInPlace(root, run, record))
    return result(run, root, record, options.dryRun ? { outcome: "dry-run" } : {});
  if (options.dryRun)
    return {
      ...planned(run, root, await planRun(run, root, record?.capabilities ?? FULL_CAPABILITIES)),
      outcome: "dry-run",
    };
  const lock = {
    command: `bale ensure ${run.name}`,
    timeoutMs: context.options.lockTimeoutMs,
    signal: options.signal,
  };
  return withLockedFolder(root, lock, (folder) => carryOut(run, folder));
}
