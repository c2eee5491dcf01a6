import {
  ANNOTATIONS,
  BaleError,
  comparePaths,
  type Descriptor,
  type FileRow,
  parseBundlePath,
} from "@bale/spec";
import { checkRow } from "../index-format/check-row.js";
import { createIndexErrors } from "../index-format/index-error.js";
import { createTreeCheck } from "../tree/tree-check.js";
import type { ForeignManifest } from "./manifest-model.js";

/** A layer to be fetched and read: `title` is the folder that it unpacks into, `.` for the root. */
export interface ForeignArchive extends Descriptor {
  readonly title: string;
}
export interface ForeignFiles {
  /** Sorted by path; each one whole blob. */
  readonly rows: readonly FileRow[];
  /** In the manifest's order. */
  readonly archives: readonly ForeignArchive[];
}

const ROOT_FOLDER = /^\.(?:\/\.)*\/?$/;

/** `./a` is `a` to every tool that writes such titles. What is returned is what is checked and used. */
const withoutDots = (title: string): string => title.replace(/^(?:\.\/+)+/, "");

function archiveTitle(title: string): string {
  return ROOT_FOLDER.test(title) ? "." : parseBundlePath(withoutDots(title).replace(/\/+$/, ""));
}

function wholeFileRow(layer: Descriptor, title: string): FileRow {
  const { digest, size } = layer;
  return {
    path: parseBundlePath(withoutDots(title)),
    kind: "file",
    digest,
    size,
    extents: size === 0 ? [] : [{ blob: { digest, size }, offset: 0, length: size }],
  };
}

/**
 * The files of an artifact that another tool made, from the titles of its layers; untitled layers are no files. Modes are not kept by such
 * artifacts, so every file is a plain one.
 * @throws BaleError `MANIFEST_UNSUPPORTED` when no layer has a title, `MANIFEST_INVALID` for a title given twice, and those of
 * `parseBundlePath` and of the tree check
 */
export function foreignRows(manifest: ForeignManifest): ForeignFiles {
  const rows: FileRow[] = [];
  const archives: ForeignArchive[] = [];
  const titles = new Set<string>();
  const errors = createIndexErrors("the artifact");
  for (const layer of manifest.layers) {
    const title = layer.annotations?.[ANNOTATIONS.title];
    if (title === undefined) continue;
    if (titles.has(title)) throw doubleTitle(title);
    titles.add(title);
    if (layer.annotations?.[ANNOTATIONS.unpack] === "true") {
      archives.push({ ...layer, title: archiveTitle(title) });
      continue;
    }
    const row = wholeFileRow(layer, title);
    checkRow(row, errors);
    rows.push(row);
  }
  if (titles.size === 0)
    throw new BaleError({
      code: "MANIFEST_UNSUPPORTED",
      message: "the artifact holds no files that bale can name",
      why: "none of its layers has a title, as in a container image",
      ...(manifest.artifactType === undefined ? {} : { context: { artifactType: manifest.artifactType } }),
    });
  rows.sort((a, b) => comparePaths(a.path, b.path));
  const tree = createTreeCheck();
  for (const row of rows) tree.add(row.path, row.kind);
  tree.finish();
  return { rows, archives };
}

function doubleTitle(title: string): BaleError {
  const path = title.slice(0, 200);
  return new BaleError({
    code: "MANIFEST_INVALID",
    message: `two layers have the title ${JSON.stringify(path)}`,
    why: "which of them is the file cannot be known",
    context: { path },
  });
}
