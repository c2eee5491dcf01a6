import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ArchivedManifest, type ExtractedArchive, extractArchive } from "@bale/archive";
import { createTaskLog } from "@bale/engine";
import type { PluginHost } from "@bale/plugin-host";
import { BaleError, isTag, type LongCallOptions, type RemoteRepository, type Tag } from "@bale/spec";
import { readOnlyLayer } from "@bale/storage";
import type { ArchiveSource } from "./archive-source.js";

/** What stands in place of a registry's name. */
export const ARCHIVE = "archive";

/** An archive as a remote that is only read. */
export interface ArchiveRepository extends RemoteRepository {
  readonly extracted: ExtractedArchive;
}

/** The tag that a name in an archive stands for: itself, or what follows the last colon of another tool's full name. */
export function tagOfName(name: string | undefined): Tag | undefined {
  const tag = name?.slice(name.lastIndexOf(":") + 1);
  return isTag(tag) ? tag : undefined;
}

/** What a tag names: a name that is that tag, else the only full name that ends in it. */
function findManifest(manifests: readonly ArchivedManifest[], tag: Tag): ArchivedManifest | undefined {
  const exact = manifests.filter(({ name }) => name === tag);
  const found = exact.length > 0 ? exact : manifests.filter(({ name }) => tagOfName(name) === tag);
  const [first, ...others] = found;
  if (!first || others.every(({ digest }) => digest === first.digest)) return first;
  throw new BaleError({
    code: "MANIFEST_INVALID",
    message: `the archive has more than one manifest named ${tag}`,
    why: found.map(({ name, digest }) => `${name} is ${digest}`).join(", "),
    fix: "name the manifest by its digest: FILE.tar@sha256:...",
  });
}

function readOnly(name: string): () => Promise<never> {
  return () =>
    Promise.reject(
      new BaleError({
        code: "CAPABILITY_MISSING",
        message: `an archive is written once and whole: ${name}`,
        fix: "write a new one with `bale export`, or `bale import` it to where it can change",
      }),
    );
}

/**
 * Reads an archive to its end into a temporary folder, and opens that as a layout. Nothing of it is visible before all of it is checked.
 * Disposing it removes the folder.
 * @throws BaleError as `extractArchive`
 */
export async function openArchiveRepository(
  host: PluginHost,
  source: ArchiveSource,
  call: LongCallOptions = {},
): Promise<ArchiveRepository> {
  const folder = await mkdtemp(join(tmpdir(), "bale-archive-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const task = createTaskLog(call.onProgress).start("verify", source.name, source.size, "bytes");
  try {
    const extracted = await extractArchive(source.open(), folder, {
      signal: call.signal,
      onBytes: task.advance,
    });
    const layout = await host.openRemote({ scheme: "oci", registry: "oci", repository: folder });
    task.end("completed");
    return archiveOver(layout, source.name, extracted, remove);
  } catch (error) {
    task.end(call.signal?.aborted ? "cancelled" : "failed");
    await remove();
    throw error;
  }
}

function archiveOver(
  layout: RemoteRepository,
  name: string,
  extracted: ExtractedArchive,
  remove: () => Promise<void>,
): ArchiveRepository {
  const { manifests } = extracted;
  const refuse = readOnly(name);
  return {
    ...layout,
    registry: ARCHIVE,
    repository: name,
    extracted,
    resolve: async (tag) => {
      const found = findManifest(manifests, tag);
      if (!found) return undefined;
      const { mediaType, digest, size } = found;
      return { mediaType, digest, size, digestFrom: "registry" };
    },
    putManifest: refuse,
    moveTag: refuse,
    deleteTag: refuse,
    listTags: async function* (options) {
      const tags = new Set(manifests.map((manifest) => tagOfName(manifest.name)));
      for (const tag of [...tags].filter(isTag).sort())
        if (options?.after === undefined || tag > options.after) yield tag;
    },
    blobs: readOnlyLayer()(layout.blobs),
    [Symbol.asyncDispose]: async () => {
      await layout[Symbol.asyncDispose]();
      await remove();
    },
  };
}
