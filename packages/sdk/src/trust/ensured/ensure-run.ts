import type { Digest, Reference } from "@bale/spec";
import type { ClientContext } from "../../client/client-context.js";
import {
  lookUp,
  nameOf,
  openTree,
  type RemotePorts,
  type RemoteState,
  type RemoteTree,
  requireDigest,
  tagOf,
} from "../../remote/remote-tree.js";
import type { EnsureOptions } from "../trust-types.js";
import type { EnsureRecord, RecordedSelection } from "./ensure-record.js";

/** One run: what is wanted, by digest. The reference is looked up once, and a digest needs no request. */
export interface EnsureRun {
  readonly context: ClientContext;
  readonly options: EnsureOptions;
  /** As the user would write it. */
  readonly name: string;
  readonly repository: string;
  readonly digest: Digest;
  readonly openTree: () => Promise<RemoteTree>;
}

/** Registry and repository, or the layout's folder: where a selection is remembered for. */
function repositoryOf(reference: Reference): string {
  if (reference.kind === "registry") return `${reference.registry}/${reference.repository}`;
  return reference.kind === "layout" ? `oci:${reference.directory}` : reference.file;
}

/** @throws BaleError `REFERENCE_INVALID`, `NOT_FOUND`, and what the registry reports */
export async function beginRun(
  context: ClientContext,
  text: string,
  ports: RemotePorts,
  options: EnsureOptions,
): Promise<EnsureRun> {
  const reference = context.parse(text);
  let found: RemoteState | undefined;
  const find = async (): Promise<RemoteState> => {
    found ??= await lookUp(context, reference, options);
    return found;
  };
  const pinned =
    reference.kind !== "archive" && tagOf(reference) === undefined ? reference.digest : undefined;
  return {
    context,
    options,
    name: nameOf(reference),
    repository: repositoryOf(reference),
    digest: pinned ?? requireDigest(await find()).digest,
    openTree: async () => openTree(context, await find(), ports, options),
  };
}

/** What is asked for, else what the folder's record remembers for this repository. Globs limit one run only. */
export function selectionOf(run: EnsureRun, record: EnsureRecord | undefined): RecordedSelection {
  const roles = run.options.roles ?? [];
  const layers = run.options.layers ?? [];
  const paths = [...(run.options.paths ?? [])].sort();
  if (roles.length + layers.length > 0)
    return { roles: [...roles].sort(), layers: [...layers].sort(), paths };
  const remembered = record?.repository === run.repository ? record.selection : undefined;
  return { roles: remembered?.roles ?? [], layers: remembered?.layers ?? [], paths };
}

/** Whether a record is of this very run: then its rows are those of the bundle, and no index is needed. */
export function isOfRun(record: EnsureRecord, run: EnsureRun): boolean {
  return (
    record.complete &&
    record.manifest === run.digest &&
    record.platform === run.options.platform &&
    JSON.stringify(record.selection) === JSON.stringify(selectionOf(run, record))
  );
}
