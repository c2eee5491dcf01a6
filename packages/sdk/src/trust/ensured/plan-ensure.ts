import { BaleError, type BundlePath, type FileRow } from "@bale/spec";
import {
  type Expected,
  type FileStat,
  type RemoveRequest,
  sameFileStat,
  type WriteRequest,
} from "@bale/workspace";
import type { RecordedFile } from "./ensure-record.js";
import { listOthers, type Others } from "./list-others.js";
import { createLook, type Found } from "./look-at-files.js";

export interface PlannedWrite {
  readonly row: FileRow;
  readonly request: WriteRequest;
  /** Whether the bytes on disk are the right ones and only the executable bit is not. */
  readonly kindOnly: boolean;
}
export interface EnsurePlan {
  readonly writes: readonly PlannedWrite[];
  /** Files and links that go: with `mirror` all others, else only what is where a file or folder of the bundle must be. */
  readonly removes: readonly RemoveRequest[];
  readonly emptyFolders: readonly string[];
  readonly inPlace: readonly { readonly row: FileRow; readonly stat: FileStat }[];
}
export interface PlanInput {
  readonly root: string;
  readonly looked: readonly { readonly wanted: FileRow; readonly found: Found }[];
  /** With `mirror`: everything else that is there. */
  readonly others: Others | undefined;
  /** What an earlier run put there. */
  readonly recorded: ReadonlyMap<BundlePath, RecordedFile>;
  /** Whether what differs may be replaced: the folder is empty or ensure's own, or the user said so. */
  readonly mayReplace: boolean;
}

function inTheWay(paths: readonly string[], fix: string): BaleError {
  return new BaleError({
    code: "WOULD_OVERWRITE",
    message: `${paths.length} ${paths.length === 1 ? "path is" : "paths are"} in the way; nothing was changed`,
    why: paths.join("\n"),
    fix,
    context: { paths },
  });
}

interface Draft {
  readonly writes: PlannedWrite[];
  readonly removes: Map<string, RemoveRequest>;
  readonly inPlace: { readonly row: FileRow; readonly stat: FileStat }[];
  /** Would be lost. */
  readonly losses: Set<string>;
  /** No flag but `mirror` makes room here. */
  readonly stuck: Set<string>;
}

/** A folder where the bundle has a file: what an earlier run put below it goes; anything else is somebody's. */
function clearFolder(input: PlanInput, path: string, draft: Draft): void {
  // With `mirror` all that it holds is among the others already.
  if (input.others) return;
  for (const { path: below, stat } of listOthers(input.root, () => false, path).files) {
    const recorded = input.recorded.get(below)?.stat;
    if (recorded && sameFileStat(recorded, stat)) draft.removes.set(below, { path: below, expect: stat });
    else draft.stuck.add(below);
  }
}

/** A file or link where the bundle has a folder. */
function clearParent(look: ReturnType<typeof createLook>, parent: string, draft: Draft): void {
  const seen = look(parent as BundlePath);
  if (seen.kind !== "file") {
    draft.stuck.add(parent);
    return;
  }
  draft.losses.add(parent);
  draft.removes.set(parent, { path: parent as BundlePath, expect: seen.stat });
}

function takeFile(row: FileRow, found: Extract<Found, { readonly kind: "file" }>, draft: Draft): void {
  const { stat, digest, entry } = found;
  if (digest === row.digest && entry === row.kind) {
    draft.inPlace.push({ row, stat });
    return;
  }
  draft.losses.add(row.path);
  const kindOnly = digest === row.digest && entry !== "link" && row.kind !== "link";
  draft.writes.push({ row, request: { path: row.path, state: row, expect: stat }, kindOnly });
}

/**
 * What has to be done for every row to be on disk. Pure but for looks at what is in the way.
 * @throws BaleError `WOULD_OVERWRITE` with all paths that would be lost
 */
export function planEnsure(input: PlanInput): EnsurePlan {
  const draft: Draft = { writes: [], removes: new Map(), inPlace: [], losses: new Set(), stuck: new Set() };
  const look = createLook(input.root);
  for (const { path, stat } of input.others?.files ?? []) {
    draft.losses.add(path);
    draft.removes.set(path, { path, expect: stat });
  }
  const write = (row: FileRow, expect: Expected): void => {
    draft.writes.push({ row, request: { path: row.path, state: row, expect }, kindOnly: false });
  };
  for (const { wanted: row, found } of input.looked) {
    if (found.kind === "file") takeFile(row, found, draft);
    else if (found.kind === "special") draft.stuck.add(row.path);
    else if (found.kind === "blocked") {
      clearParent(look, found.by, draft);
      write(row, "absent");
    } else {
      if (found.kind === "folder") clearFolder(input, row.path, draft);
      write(row, found.kind === "folder" ? { kind: "folder" } : "absent");
    }
  }
  if (draft.stuck.size > 0)
    throw inTheWay(
      [...draft.stuck],
      "move them away; `--mirror` removes what is in folders that the bundle needs as files, never a device or pipe",
    );
  if (!input.mayReplace && draft.losses.size > 0)
    throw inTheWay(
      [...draft.losses].sort(),
      "the folder was not made by ensure: name an empty one, move these away, or give --overwrite to have them replaced",
    );
  return {
    writes: draft.writes,
    removes: [...draft.removes.values()],
    emptyFolders: input.others?.emptyFolders ?? [],
    inPlace: draft.inPlace,
  };
}
