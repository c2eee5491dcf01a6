import type { LayeredRow } from "@bale/engine";
import { compileGlob } from "@bale/roles";
import { BaleError, type BundlePath } from "@bale/spec";
import type { ClientContext } from "../client/client-context.js";
import { stopIfAborted } from "../client/stop-if-aborted.js";
import { selectionFor } from "../compare/comparison.js";
import { checkRows } from "../remote/check-rows.js";
import type { RemotePorts, RemoteTree } from "../remote/remote-tree.js";
import type { ListedFile, ListResult, SelectOptions } from "./look-types.js";
import { openReference } from "./open-reference.js";

/** A row as `ls` shows it. */
export function listed({ layer, row }: LayeredRow): ListedFile {
  const stores = new Set(row.extents.map((extent) => extent.blob.store ?? "registry"));
  return {
    path: row.path,
    kind: row.kind,
    size: row.size,
    digest: row.digest,
    layer,
    ...(row.target === undefined ? {} : { target: row.target }),
    stores: [...stores].sort(),
  };
}

export interface SelectedRows {
  readonly rows: Iterable<LayeredRow>;
  readonly leftOut: readonly string[];
}

/** Rows of the roles, layers and globs that are asked for; without any, all of them. @throws BaleError `ROLE_UNKNOWN`, `LAYER_UNKNOWN` */
export async function selectRows(tree: RemoteTree, options: SelectOptions): Promise<SelectedRows> {
  const request = { roles: options.roles ?? [], layers: options.layers ?? [] };
  const asked = request.roles.length + request.layers.length > 0;
  const selection = selectionFor(tree.bundle, undefined, asked ? request : { roles: ["all"], layers: [] });
  const rows = await tree.bundle.rows(selection.kind === "all" ? undefined : selection.layers, options);
  checkRows(tree, rows);
  const globs = (options.paths ?? []).map(compileGlob);
  if (globs.length === 0) return { rows, leftOut: selection.leftOut };
  return { rows: { [Symbol.iterator]: () => filtered(rows, globs) }, leftOut: selection.leftOut };
}

function* filtered(
  rows: Iterable<LayeredRow>,
  globs: readonly ((path: string) => boolean)[],
): Generator<LayeredRow> {
  for (const row of rows) if (globs.some((match) => match(row.row.path))) yield row;
}

/** `bale ls`. */
export async function list(
  context: ClientContext,
  reference: string,
  ports: RemotePorts,
  options: SelectOptions = {},
): Promise<ListResult> {
  const tree = await openReference(context, reference, ports, options);
  const { rows, leftOut } = await selectRows(tree, options);
  return {
    reference: tree.state.name,
    manifest: tree.state.digest,
    contentDigest: tree.bundle.root.contentDigest,
    files: [...rows].map(listed),
    leftOut,
  };
}

/** Files one by one: the index is read first, the entries are made as they are wanted. */
export async function* iterateFiles(
  context: ClientContext,
  reference: string,
  ports: RemotePorts,
  options: SelectOptions = {},
): AsyncGenerator<ListedFile> {
  const tree = await openReference(context, reference, ports, options);
  const { rows } = await selectRows(tree, options);
  for (const row of rows) {
    stopIfAborted(options.signal, "listing files");
    yield listed(row);
  }
}

/** One file of a bundle. @throws BaleError `NOT_FOUND` */
export async function findRow(
  tree: RemoteTree,
  path: BundlePath,
  options: SelectOptions,
): Promise<LayeredRow> {
  for (const row of await tree.bundle.rows(undefined, options)) if (row.row.path === path) return row;
  throw new BaleError({
    code: "NOT_FOUND",
    message: `${tree.state.name} has no file ${JSON.stringify(path)}`,
    fix: `list its files with \`bale ls ${tree.state.name}\``,
    context: { reference: tree.state.name, path },
  });
}
