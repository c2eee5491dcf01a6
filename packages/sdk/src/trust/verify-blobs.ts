import { parseManifest } from "@bale/core";
import { STAGED_STORE } from "@bale/engine";
import { ANNOTATIONS, type BlobRef, type Descriptor, shortDigest } from "@bale/spec";
import { createLimiter } from "@bale/storage";
import type { RemoteTree } from "../remote/remote-tree.js";
import type { VerifyOptions, VerifyProblem } from "./trust-types.js";
import type { NeededBlob } from "./verify-index.js";

// One small request a blob: more at once than transfers, fewer than servers mind.
const AT_ONCE = 8;

/** What the manifest itself names: config, tables, packs and files. `isSelected`: of a layer, by its annotation. */
export function manifestBlobs(
  tree: RemoteTree,
  isSelected: (layer: string) => boolean,
): readonly Descriptor[] {
  const parsed = parseManifest(tree.bundle.raw);
  if (parsed.kind === "index") return [];
  const layers = parsed.layers.filter((descriptor) => {
    const layer = descriptor.annotations?.[ANNOTATIONS.layer];
    return layer === undefined || isSelected(layer);
  });
  return parsed.kind === "bundle" ? [parsed.config, parsed.root, ...layers] : [parsed.config, ...layers];
}

function missingProblem(blob: BlobRef, need: NeededBlob | undefined): VerifyProblem {
  const where = blob.store === undefined ? "the bundle's repository" : `store ${blob.store}`;
  const users =
    need === undefined
      ? "the manifest names it"
      : need.files === 1
        ? `${need.path} needs it`
        : `${need.files} files need it, ${need.path} among them`;
  return {
    ...(need?.files === 1 ? { path: need.path } : {}),
    blob: blob.digest,
    code: blob.store === undefined ? "BLOB_MISSING" : "EXTERNAL_MISSING",
    message: `blob ${shortDigest(blob.digest)} of ${blob.size} bytes is not in ${where}, or has another size; ${users}`,
  };
}

export interface BlobCheck {
  readonly checked: number;
  readonly problems: readonly VerifyProblem[];
  /** Whether a blob was found to be missing. */
  readonly isMissing: (blob: BlobRef) => boolean;
}

const keyOf = (blob: BlobRef): string => `${blob.store ?? ""}:${blob.digest}:${blob.size}`;

/**
 * Asks for every blob once whether it is there with its size.
 * @throws BaleError `STORE_UNTRUSTED`, and what a store that cannot be reached reports
 */
export async function checkBlobs(
  tree: RemoteTree,
  needed: readonly NeededBlob[],
  named: readonly Descriptor[],
  options: VerifyOptions,
): Promise<BlobCheck> {
  const wanted = new Map<string, { readonly blob: BlobRef; readonly need: NeededBlob | undefined }>();
  for (const { digest, size } of named)
    wanted.set(keyOf({ digest, size }), { blob: { digest, size }, need: undefined });
  // Unpacked a moment ago from an archive that was checked as a whole: there is no such blob anywhere.
  for (const need of needed)
    if (need.blob.store !== STAGED_STORE) wanted.set(keyOf(need.blob), { blob: need.blob, need });
  const limit = createLimiter(options.concurrency ?? AT_ONCE);
  const missing = new Map<string, VerifyProblem>();
  await Promise.all(
    [...wanted].map(([key, { blob, need }]) =>
      limit(async () => {
        const store = await tree.storeOf(blob);
        if (!(await store.has(blob, { signal: options.signal })))
          missing.set(key, missingProblem(blob, need));
      }),
    ),
  );
  // In the order of the index, whatever the order of the answers.
  const problems = [...wanted.keys()].flatMap((key) => missing.get(key) ?? []);
  return { checked: wanted.size, problems, isMissing: (blob) => missing.has(keyOf(blob)) };
}
