import type { BundlePath, EntryKind, FileState, JsonObject, LayerName } from "@bale/spec";
import type { Capabilities } from "../capabilities.js";
import { type ColumnFileProblem, decodeColumnFile, encodeColumnFile } from "./column-file.js";
import { decodeDigests, encodeDigests } from "./digest-column.js";
import { createSortedEntries } from "./sorted-entries.js";
import { STATE_FORMAT, type StateEntry, type WorkspaceState } from "./workspace-state.js";

const KINDS: readonly EntryKind[] = ["file", "exec", "link"];
const TRACKED = 1;
const BASE = 2;
const FOLLOW = 4;
const KIND_SHIFT = 3;

function flagsOf(entry: StateEntry): number {
  return (
    (entry.tracked ? TRACKED : 0) |
    (entry.base ? BASE : 0) |
    (entry.follow ? FOLLOW : 0) |
    ((entry.base ? KINDS.indexOf(entry.base.kind) : 0) << KIND_SHIFT)
  );
}

function nameTable(entries: Iterable<StateEntry>): ReadonlyMap<LayerName, number> {
  const table = new Map<LayerName, number>();
  for (const { base } of entries) if (base && !table.has(base.layer)) table.set(base.layer, table.size);
  return table;
}

/** The bytes of `.bale/state`. */
export function encodeState(state: WorkspaceState): Uint8Array {
  const entries = [...state.entries.values()];
  const layers = nameTable(entries);
  const { entries: _, ...rest } = state;
  // JSON drops what is undefined.
  const header: JsonObject = JSON.parse(JSON.stringify({ ...rest, layers: [...layers.keys()] }));
  const layerOf = Uint16Array.from(entries, ({ base }) => (base ? (layers.get(base.layer) ?? 0) : 0));
  return encodeColumnFile("state", STATE_FORMAT, {
    header,
    paths: [...state.entries.keys()],
    columns: {
      flags: Uint8Array.from(entries, flagsOf),
      sizes: new Uint8Array(Float64Array.from(entries, ({ base }) => base?.size ?? 0).buffer),
      layers: new Uint8Array(layerOf.buffer),
      digests: encodeDigests(entries.map(({ base }) => base?.digest)),
    },
  });
}

interface StateHeader extends Omit<WorkspaceState, "entries"> {
  readonly layers: readonly LayerName[];
  readonly capabilities: Capabilities;
}

/** The state, or why the bytes are none. The checksum vouches for what is inside: only the shape is checked again. */
export function decodeState(bytes: Uint8Array): WorkspaceState | ColumnFileProblem {
  const file = decodeColumnFile("state", STATE_FORMAT, bytes);
  if (typeof file === "string") return file;
  const { layers: names, ...header } = file.header as unknown as StateHeader;
  const { flags, sizes: sizeBytes, layers: layerBytes, digests } = file.columns;
  const count = file.paths.length;
  if (flags?.length !== count || sizeBytes?.length !== count * 8 || layerBytes?.length !== count * 2)
    return "corrupt";
  const digestAt = decodeDigests(digests, count);
  if (digestAt === undefined) return "corrupt";
  const sizes = new Float64Array(sizeBytes.buffer, sizeBytes.byteOffset, count);
  const layers = new Uint16Array(layerBytes.buffer, layerBytes.byteOffset, count);
  const baseAt = (row: number, flag: number): FileState => ({
    digest: digestAt(row),
    size: sizes[row] ?? 0,
    kind: KINDS[flag >> KIND_SHIFT] ?? "file",
    layer: names[layers[row] ?? 0] as LayerName,
  });
  const entryAt = (row: number): StateEntry => {
    const flag = flags[row] ?? 0;
    const tracked = (flag & TRACKED) !== 0;
    // Spelled out, since spreading a hundred thousand times costs more than reading.
    if (flag & FOLLOW) return { tracked, follow: true, ...(flag & BASE ? { base: baseAt(row, flag) } : {}) };
    return flag & BASE ? { tracked, base: baseAt(row, flag) } : { tracked };
  };
  const values = Array.from({ length: count }, (_, row) => entryAt(row));
  const entries = createSortedEntries(file.paths as readonly BundlePath[], values);
  return { ...header, entries };
}
