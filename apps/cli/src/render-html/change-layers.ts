import type { DiffChange } from "@bale/sdk";
import { formatBytes, formatCount } from "../terminal/format-amounts.js";
import { signedBytes } from "./change-word.js";
import { dataTable } from "./data-table.js";
import type { Markup } from "./markup.js";

interface LayerChanges {
  readonly name: string;
  files: number;
  before: number;
  after: number;
}

/** Every layer that a change touches; a file that moved between two counts in both. */
function byLayer(changes: readonly DiffChange[]): readonly LayerChanges[] {
  const layers = new Map<string, LayerChanges>();
  const of = (name: string): LayerChanges => {
    const layer = layers.get(name) ?? { name, files: 0, before: 0, after: 0 };
    layers.set(name, layer);
    return layer;
  };
  for (const { before, after } of changes) {
    for (const name of new Set([before?.layer, after?.layer])) if (name !== undefined) of(name).files++;
    if (before) of(before.layer).before += before.size;
    if (after) of(after.layer).after += after.size;
  }
  return [...layers.values()].sort(
    (a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before) || (a.name < b.name ? -1 : 1),
  );
}

/** How much of each layer changed. */
export function changeLayers(changes: readonly DiffChange[]): Markup {
  return dataTable({
    caption: "Changed files by layer, the largest difference first",
    many: "layers",
    rows: byLayer(changes),
    columns: [
      { label: "Layer", cell: ({ name }) => name },
      { label: "Files", numeric: true, cell: ({ files }) => formatCount(files) },
      { label: "Before", numeric: true, cell: ({ before }) => formatBytes(before) },
      { label: "After", numeric: true, cell: ({ after }) => formatBytes(after) },
      { label: "Difference", numeric: true, cell: ({ before, after }) => signedBytes(after - before) },
    ],
  });
}
