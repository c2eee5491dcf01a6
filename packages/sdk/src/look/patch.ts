import { type BundlePath, parseBundlePath } from "@bale/spec";
import type { DiffChange } from "./look-types.js";

export type ContentReader = (path: BundlePath) => Promise<Uint8Array>;

// What a person reads; a larger file is named and left out.
const MAX_PATCH_BYTES = 1024 * 1024;

function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 8_000).includes(0);
}

function asText(bytes: Uint8Array): string | undefined {
  if (isBinary(bytes)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

async function patchOf(
  change: DiffChange,
  readA: ContentReader,
  readB: ContentReader,
): Promise<DiffChange["patch"]> {
  const sizes = [change.before?.size ?? 0, change.after?.size ?? 0];
  if (sizes.some((size) => size > MAX_PATCH_BYTES)) return { reason: "too-large" };
  const before = change.before ? asText(await readA(parseBundlePath(change.from ?? change.path))) : "";
  const after = change.after ? asText(await readB(parseBundlePath(change.path))) : "";
  if (before === undefined || after === undefined) return { reason: "binary" };
  const { createTwoFilesPatch } = await import("diff");
  const from = change.before ? `a/${change.from ?? change.path}` : "/dev/null";
  const to = change.after ? `b/${change.path}` : "/dev/null";
  const text = createTwoFilesPatch(from, to, before, after, undefined, undefined, { context: 3 });
  // The library begins with a ruler that neither patch(1) nor git writes.
  return { text: text.replace(/^=+\n/, "") };
}

/** Adds a unified diff to each change of content, or says why there is none; the first `limit` texts get one. */
export async function withPatches(
  changes: readonly DiffChange[],
  readA: ContentReader,
  readB: ContentReader,
  limit: number = Number.POSITIVE_INFINITY,
): Promise<readonly DiffChange[]> {
  const patched: DiffChange[] = [];
  let room = limit;
  for (const change of changes) {
    if (change.before?.digest === change.after?.digest || room <= 0) {
      patched.push(change);
      continue;
    }
    const patch = await patchOf(change, readA, readB);
    // What is too large is known without a look; anything else was fetched, and counts.
    if (!patch || !("reason" in patch) || patch.reason !== "too-large") room--;
    patched.push({ ...change, patch });
  }
  return patched;
}
