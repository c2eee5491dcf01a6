import { type BundlePath, parseBundlePath } from "@bale/spec";
import type { DiffChange, DiffOptions } from "./look-types.js";
import { unifiedDiff } from "./unified-diff.js";

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
  const from = change.before ? `a/${change.from ?? change.path}` : "/dev/null";
  const to = change.after ? `b/${change.path}` : "/dev/null";
  return { text: await unifiedDiff(from, to, before, after) };
}

/** The larger of both sides. */
function sizeOf({ before, after }: DiffChange): number {
  return Math.max(before?.size ?? 0, after?.size ?? 0);
}

/** Changes of content that are read, in path order. Within a limit the smallest: texts are small, and the more of them there is room for. */
function chosenChanges(
  changes: readonly DiffChange[],
  limit: DiffOptions["patchLimit"],
): readonly DiffChange[] {
  const changed = changes.filter(({ before, after }) => before?.digest !== after?.digest);
  if (!limit) return changed;
  const chosen = new Set<DiffChange>();
  let bytes = 0;
  // The sort is stable: of two equals, the one whose path is first.
  for (const change of [...changed].sort((a, b) => sizeOf(a) - sizeOf(b))) {
    const size = sizeOf(change);
    // What is too large is not read, and costs nothing.
    if (size <= MAX_PATCH_BYTES) {
      bytes += (change.before?.size ?? 0) + (change.after?.size ?? 0);
      if (bytes > limit.bytes || chosen.size >= limit.files) continue;
    }
    chosen.add(change);
  }
  return changed.filter((change) => chosen.has(change));
}

const AT_ONCE = 8;

/** Adds a unified diff to each change of content, or says why there is none. Within a limit, some changes are left as they are. */
export async function withPatches(
  changes: readonly DiffChange[],
  readA: ContentReader,
  readB: ContentReader,
  limit?: DiffOptions["patchLimit"],
): Promise<readonly DiffChange[]> {
  const chosen = chosenChanges(changes, limit);
  const patches = new Map<DiffChange, DiffChange["patch"]>();
  for (let at = 0; at < chosen.length; at += AT_ONCE) {
    const some = chosen.slice(at, at + AT_ONCE);
    const made = await Promise.all(some.map((change) => patchOf(change, readA, readB)));
    for (const [index, change] of some.entries()) patches.set(change, made[index]);
  }
  return changes.map((change) => (patches.has(change) ? { ...change, patch: patches.get(change) } : change));
}
