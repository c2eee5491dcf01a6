import type { RoleLayer, RolesResult, StoreUse } from "@bale/sdk";
import { counted, formatBytes, formatCount } from "../terminal/format-amounts.js";
import { partsBar, shareBar, shareText } from "./bar.js";
import { dataTable } from "./data-table.js";
import { nameList } from "./fact-list.js";
import { html, type Markup } from "./markup.js";

function storedBytes({ stores }: RoleLayer): number {
  return stores.reduce((sum, { bytes }) => sum + bytes, 0);
}

function sum<Row>(rows: readonly Row[], bytes: (row: Row) => number): number {
  return rows.reduce((all, row) => all + bytes(row), 0);
}

function barredBytes(bytes: number, whole: number): Markup {
  return html`${shareBar(bytes, whole)} <span class="amount">${formatBytes(bytes)}</span>`;
}

function layerTable(unsorted: readonly RoleLayer[]): Markup {
  const layers = [...unsorted].sort((a, b) => b.size - a.size || (a.name < b.name ? -1 : 1));
  const whole = sum(layers, ({ size }) => size);
  const table = dataTable({
    caption: "Layers, the largest first",
    many: "layers",
    rows: layers,
    columns: [
      { label: "Layer", cell: ({ name }, index) => html`<span class="tag">${index + 1}</span> ${name}` },
      { label: "Files", numeric: true, cell: ({ files }) => formatCount(files) },
      { label: "Size", numeric: true, cell: ({ size }) => formatBytes(size) },
      { label: "Share", numeric: true, cell: ({ size }) => shareText(size, whole) },
      { label: "Stored", numeric: true, cell: (layer) => formatBytes(storedBytes(layer)) },
      {
        label: "Lies in",
        cell: ({ stores }) =>
          nameList(stores.map(({ store, blobs }) => `${store} (${counted(blobs, "blob")})`)) || "the index",
      },
    ],
  });
  return html`${partsBar(layers.slice(0, 100).map(({ size }) => size))}${table}`;
}

function roleTable({ roles, defaultRole, all }: RolesResult, files: number, size: number): Markup {
  const whole = { name: "everything", files, size, layers: [], pull: all };
  return dataTable({
    caption: "Roles, and what a first pull of each fetches",
    many: "roles",
    limit: 101,
    rows: [...roles.slice(0, 100), whole],
    columns: [
      {
        label: "Role",
        cell: ({ name }) => (name === defaultRole ? html`${name} <span class="quiet">default</span>` : name),
      },
      { label: "Files", numeric: true, cell: (role) => formatCount(role.files) },
      { label: "Size", numeric: true, cell: (role) => formatBytes(role.size) },
      {
        label: "Fetched",
        numeric: true,
        cell: ({ pull }) => barredBytes(pull.bytes, all.bytes),
      },
      { label: "Requests", numeric: true, cell: ({ pull }) => formatCount(pull.requests) },
      { label: "Layers", cell: (role) => (role === whole ? "all of them" : nameList(role.layers)) },
    ],
  });
}

function storeTable(stores: readonly StoreUse[]): Markup {
  const whole = sum(stores, ({ bytes }) => bytes);
  return dataTable({
    caption: "Stores, and what lies in each, every blob counted once",
    many: "stores",
    rows: stores,
    columns: [
      { label: "Store", cell: ({ name }) => name },
      { label: "Type", cell: ({ type }) => type },
      { label: "Files", numeric: true, cell: ({ files }) => formatCount(files) },
      { label: "Blobs", numeric: true, cell: ({ blobs }) => formatCount(blobs) },
      {
        label: "Stored",
        numeric: true,
        cell: ({ bytes }) => barredBytes(bytes, whole),
      },
      { label: "Share", numeric: true, cell: ({ bytes }) => shareText(bytes, whole) || "0 %" },
      { label: "Layers", cell: ({ layers }) => nameList(layers) || "none" },
    ],
  });
}

/** What takes the space: by layer, by role, by store. */
export function spaceTables(
  roles: RolesResult,
  stores: readonly StoreUse[],
  totals: { readonly files: number; readonly size: number },
): Markup {
  const byRole =
    roles.roles.length === 0
      ? undefined
      : html`<h3>By role</h3>\n${roleTable(roles, totals.files, totals.size)}\n`;
  return html`<h3>By layer</h3>
${layerTable(roles.layers)}
${byRole}<h3>By store</h3>
${storeTable(stores)}`;
}
