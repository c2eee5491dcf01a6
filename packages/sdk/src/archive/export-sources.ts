import type { Digest } from "@bale/spec";
import type { ClientContext } from "../client/client-context.js";
import {
  lookUp,
  openTree,
  type RemotePorts,
  type RemoteState,
  type RemoteTree,
  requireDigest,
} from "../remote/remote-tree.js";
import { entryNames } from "./entry-names.js";
import type { ExportOptions } from "./export-types.js";
import { type SelectedPart, selectPart } from "./select-part.js";

type FoundState = RemoteState & { readonly digest: Digest };

/** One manifest to archive. */
export interface ExportSource {
  readonly state: FoundState;
  /** As the user wrote it. */
  readonly reference: string;
  /** In the archive. */
  readonly name: string | undefined;
  /** What it is a part of: blobs of its files are there. */
  readonly whole: RemoteTree | undefined;
  /** Layers that were not selected. */
  readonly leftOut: readonly string[];
}
export interface ExportSources extends AsyncDisposable {
  readonly sources: readonly ExportSource[];
}
type Found = Pick<ExportSource, "state" | "reference"> & { readonly entryName?: string | undefined };

function isPart({ roles = [], layers = [], paths = [] }: ExportOptions): boolean {
  return roles.length + layers.length + paths.length > 0;
}

/** What a reference leads to: one manifest, or all that an archive has when none of it is named. */
async function find(
  context: ClientContext,
  text: string,
  ports: RemotePorts,
  options: ExportOptions,
): Promise<readonly Found[]> {
  const reference = context.parse(text);
  const isWholeArchive = reference.kind === "archive" && !reference.tag && !reference.digest;
  if (isWholeArchive && !isPart(options)) {
    const repository = await context.openArchive(reference.file, options);
    return repository.extracted.manifests.map(({ digest, name }) => ({
      state: { reference, name: reference.file, repository, tag: undefined, digest },
      reference: text,
      entryName: name,
    }));
  }
  const state = requireDigest(await lookUp(context, reference, options));
  if (isWholeArchive) {
    const { extracted } = await context.openArchive(reference.file, options);
    const entryName = extracted.manifests.find(({ digest }) => digest === state.digest)?.name;
    return [{ state, reference: text, entryName }];
  }
  if (options.platform === undefined) return [{ state, reference: text }];
  // One manifest of an image index, in place of all of them.
  const { bundle } = await openTree(context, state, ports, options);
  return [{ state: { ...state, digest: bundle.raw.digest }, reference: text }];
}

/**
 * Looks all references up, once each, before anything is written; of selected parts, index and manifest are made.
 * @throws BaleError `NOT_FOUND`, `ROLE_UNKNOWN`, `LAYER_UNKNOWN` and what registries report
 */
export async function exportSources(
  context: ClientContext,
  references: readonly string[],
  ports: RemotePorts,
  options: ExportOptions,
): Promise<ExportSources> {
  const found: Found[] = [];
  for (const text of new Set(references)) found.push(...(await find(context, text, ports, options)));
  const parts: (SelectedPart | undefined)[] = [];
  const dispose = async (): Promise<void> => {
    for (const part of parts) await part?.[Symbol.asyncDispose]();
  };
  try {
    for (const { state } of found)
      parts.push(isPart(options) ? await selectPart(context, state, ports, options) : undefined);
    const states = found.map(({ state }, index) => parts[index]?.state ?? state);
    const names = entryNames(states);
    const sources = found.map(({ state, reference, entryName }, index) => ({
      state: states[index] ?? state,
      reference,
      name: entryName ?? names[index],
      whole: parts[index]?.whole,
      leftOut: parts[index]?.leftOut ?? [],
    }));
    return { sources, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
