import type { ListedFile, RolesResult, ShowResult, StoreUse } from "@bale/sdk";
import { counted, formatBytes, formatCount } from "../terminal/format-amounts.js";
import { dataTable } from "./data-table.js";
import { cutText, factList, nameList } from "./fact-list.js";
import { fileTree } from "./file-tree.js";
import { html, type Markup } from "./markup.js";
import { type PageSection, renderPage } from "./page.js";
import { spaceTables } from "./space-sections.js";

export interface ShowPageInput {
  readonly shown: ShowResult;
  /** Not for a page of one file. */
  readonly content?:
    | {
        readonly roles: RolesResult;
        readonly stores: readonly StoreUse[];
        readonly files: readonly ListedFile[];
      }
    | undefined;
  readonly version: string;
  readonly dated?: number | undefined;
}

const LONGEST_VALUE = 2_000;
const LARGEST = 20;

function digest(text: string | undefined): Markup | undefined {
  return text === undefined ? undefined : html`<code>${text}</code>`;
}

function aboutBundle(shown: ShowResult): Markup {
  return factList([
    ["Digest", digest(shown.manifest)],
    ["Content digest", digest(shown.contentDigest)],
    ["Made by", shown.bale ? undefined : "another tool"],
    ["Type", shown.artifactType],
    ["Envelope", shown.envelope],
    ["Exact", shown.bale ? (shown.exact ? "yes" : "no") : undefined],
    ["Parent", shown.parent === "none" ? "none: the first of its history" : digest(shown.parent)],
    ["Manifest layers", shown.manifestLayers],
  ]);
}

function annotationTable(annotations: ShowResult["annotations"]): Markup {
  const rows = Object.entries(annotations);
  if (rows.length === 0) return html`<p>There are none.</p>`;
  return dataTable({
    caption: "Annotations of the manifest",
    many: "annotations",
    rows,
    columns: [
      { label: "Key", cell: ([key]) => html`<code>${cutText(key, LONGEST_VALUE)}</code>` },
      {
        label: "Value",
        cell: ([, value]) => html`<span class="value">${cutText(value, LONGEST_VALUE)}</span>`,
      },
    ],
  });
}

function largestFiles(files: readonly ListedFile[]): Markup {
  const rows = [...files]
    .sort((a, b) => b.size - a.size || (a.path < b.path ? -1 : 1))
    .slice(0, LARGEST)
    .filter(({ size }) => size > 0);
  return dataTable({
    caption: `The largest of ${counted(files.length, "file")}`,
    rows,
    columns: [
      { label: "Path", cell: ({ path }) => html`<span class="path">${path}</span>` },
      { label: "Size", numeric: true, cell: ({ size }) => formatBytes(size) },
      { label: "Layer", cell: ({ layer }) => layer },
      { label: "Lies in", cell: ({ stores }) => nameList(stores) || "the index" },
    ],
  });
}

function aboutFile(file: ListedFile): Markup {
  return factList([
    ["Path", html`<span class="path">${file.path}</span>`],
    ["Kind", { file: "file", exec: "executable file", link: "symbolic link" }[file.kind]],
    ["Size", `${formatBytes(file.size)} (${formatCount(file.size)} bytes)`],
    ["Digest", digest(file.digest)],
    ["Layer", file.layer],
    ["Target", file.target],
    ["Lies in", nameList(file.stores) || "the index"],
  ]);
}

function sectionsOf({ shown, content }: ShowPageInput): readonly PageSection[] {
  const about = { id: "bundle", heading: "About the bundle", content: aboutBundle(shown) };
  const annotations = {
    id: "annotations",
    heading: "Annotations",
    content: annotationTable(shown.annotations),
  };
  if (shown.file) return [{ id: "file", heading: "The file", content: aboutFile(shown.file) }, about];
  if (!content) return [about, annotations];
  const { roles, stores, files } = content;
  return [
    { id: "space", heading: "What takes the space", content: spaceTables(roles, stores, shown) },
    { id: "largest", heading: "Largest files", content: largestFiles(files) },
    { id: "files", heading: "Files by folder", content: fileTree(files), foldable: true },
    about,
    annotations,
  ];
}

function summaryOf({ shown, content }: ShowPageInput): Markup | undefined {
  if (shown.file) return undefined;
  const stored = content?.stores.reduce((sum, { bytes }) => sum + bytes, 0);
  const tiles = [
    ["files", formatCount(shown.files)],
    ["in all", formatBytes(shown.size)],
    ...(stored === undefined ? [] : [["stored", formatBytes(stored)]]),
    [shown.layers.length === 1 ? "layer" : "layers", formatCount(shown.layers.length)],
    [shown.roles.length === 1 ? "role" : "roles", formatCount(shown.roles.length)],
  ];
  return html`<ul class="tiles">${tiles.map(
    ([label, value]) => html`<li><strong>${value}</strong> ${label}</li>`,
  )}</ul>`;
}

/** `bale show --html`: what a bundle is, and what takes the space in it. */
export function renderShowPage(input: ShowPageInput): string {
  const { shown, version, dated } = input;
  const name = shown.file ? `${shown.reference}//${shown.file.path}` : shown.reference;
  return renderPage({
    title: `${name} - bale show`,
    kind: shown.file ? "A file of a bundle" : "Bundle",
    heading: html`<span class="path">${name}</span>`,
    summary: summaryOf(input),
    sections: sectionsOf(input),
    command: "bale show --html",
    version,
    dated,
  });
}
