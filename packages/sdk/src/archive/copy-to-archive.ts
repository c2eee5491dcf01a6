import { type ArchiveReference, BaleError, formatReference } from "@bale/spec";
import type { ClientContext } from "../client/client-context.js";
import { copyAsImage } from "../image/copy-as-image.js";
import type { CopyOptions, CopyResult } from "../registry/registry-types.js";
import { LATEST, lookUp, openTree, type RemotePorts, requireDigest } from "../remote/remote-tree.js";
import { checkOutput } from "./archive-output.js";
import { exportReferences } from "./export-references.js";
import { temporaryLayout } from "./temporary-layout.js";

function unsupported(message: string, fix: string): BaleError {
  return new BaleError({ code: "USAGE", message, fix });
}

/**
 * `bale copy SRC FILE.tar`: what `export` writes. Blobs of external stores come along unless they are told to stay.
 * @throws BaleError `WOULD_OVERWRITE` when the file is there and nothing is to be replaced; `USAGE`
 */
export async function copyToArchive(
  context: ClientContext,
  source: string,
  { file, tag, digest }: ArchiveReference,
  ports: RemotePorts,
  options: CopyOptions,
): Promise<CopyResult> {
  if (tag !== undefined || digest !== undefined || (options.tags ?? []).length > 0)
    throw unsupported(
      "an archive keeps the tag of what it is made of",
      "tag the source first: `bale tag REF NEW`, and name that",
    );
  if (options.external === "inline")
    throw unsupported(
      "--external inline makes another bundle, and an archive holds bundles as they are",
      "copy it inline to a layout (oci:DIR:TAG) first, and that to the archive",
    );
  if (options.as === "image") return imageToArchive(context, source, file, ports, options);
  const { roles, layers, paths, platform, signal, onProgress, concurrency, dryRun, force } = options;
  const { outcome, bundles, blobs, size } = await exportReferences(context, [source], ports, {
    ...{ roles, layers, paths, platform, signal, onProgress, concurrency, dryRun },
    output: file,
    external: options.external !== "keep",
    replace: force === true,
  });
  const [bundle] = bundles;
  if (!bundle) throw new BaleError({ code: "INTERNAL", message: "an archive was written of nothing" });
  return {
    source: bundle.reference,
    destination: file,
    manifest: bundle.manifest,
    outcome: outcome === "dry-run" ? "dry-run" : "copied",
    copiedBlobs: outcome === "dry-run" ? 0 : blobs,
    copiedBytes: outcome === "dry-run" ? 0 : (size ?? 0),
    mountedBlobs: 0,
    reusedBlobs: 0,
  };
}

/** The image goes through a layout that lasts as long as the copy. */
async function imageToArchive(
  context: ClientContext,
  source: string,
  file: string,
  ports: RemotePorts,
  options: CopyOptions,
): Promise<CopyResult> {
  const replace = options.force === true;
  await checkOutput(file, replace);
  const found = requireDigest(await lookUp(context, context.parse(source), options));
  const tree = await openTree(context, found, ports, options);
  await using layout = await temporaryLayout(context, found.tag ?? LATEST);
  const target = await lookUp(context, layout.reference, options);
  const image = await copyAsImage(tree, { ...target, name: file }, ports, options);
  if (options.dryRun) return image;
  const { signal, onProgress } = options;
  const written = await exportReferences(context, [formatReference(layout.reference)], ports, {
    ...{ output: file, replace, signal, onProgress },
  });
  return { ...image, copiedBlobs: written.blobs, copiedBytes: written.size ?? 0 };
}
