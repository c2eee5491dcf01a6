import { createLayerHash } from "@bale/core";
import type { LayeredRow } from "@bale/engine";
import { BaleError, type FileRow, type LayerName } from "@bale/spec";
import { nodeHasher } from "@bale/storage";
import type { ClientContext } from "../client/client-context.js";
import { selectionFor } from "../compare/comparison.js";
import { openTree, type RemotePorts, type RemoteTree } from "../remote/remote-tree.js";
import { openEnsurePlace } from "./ensured/ensure-place.js";
import { type EnsureRecord, RECORD_FILE, readEnsureRecord } from "./ensured/ensure-record.js";
import { type Found, lookAtFiles } from "./ensured/look-at-files.js";
import { resolveRecorded } from "./ensured/wanted-rows.js";
import type { VerifyOptions, VerifyProblem, VerifyResult } from "./trust-types.js";
import { pathFilter, selectedLayers } from "./verify-index.js";

/** A row that should be on disk, with its layer. */
interface Ensured extends Pick<FileRow, "path" | "kind" | "digest" | "size"> {
  readonly layer: LayerName;
}
type Looked = readonly { readonly wanted: Ensured; readonly found: Found }[];

function readRecord(root: string, directory: string): EnsureRecord {
  const record = readEnsureRecord(root);
  if (typeof record !== "string") return record;
  if (record === "absent")
    throw new BaleError({
      code: "NOT_FOUND",
      message: `${directory} was not made by ensure`,
      why: `it holds no ${RECORD_FILE}`,
      fix: "name a folder that `bale ensure` has filled, a workspace or a reference",
      context: { path: directory },
    });
  throw new BaleError({
    code: "STATE_CORRUPT",
    message: `${RECORD_FILE} in ${directory} cannot be read`,
    fix: "run `bale ensure` again: it reads every file and writes it anew",
    context: { path: directory },
  });
}

/** By the digest that the record holds: where the tag is now does not matter. */
async function openRecorded(
  context: ClientContext,
  record: EnsureRecord,
  ports: RemotePorts,
  options: VerifyOptions,
): Promise<RemoteTree> {
  const reference = context.parse(record.reference);
  const repository = await context.openRemote(reference);
  const found = { reference, name: record.reference, repository, tag: undefined, digest: record.manifest };
  return openTree(context, found, ports, { signal: options.signal, platform: record.platform });
}

/** Layers of the record's selection, of which the command may choose some. */
function chosenLayers(tree: RemoteTree, record: EnsureRecord, options: VerifyOptions): readonly LayerName[] {
  const ensured = selectedLayers(tree.bundle, resolveRecorded(tree, record.selection, true));
  const request = { roles: options.roles ?? [], layers: options.layers ?? [] };
  if (request.roles.length + request.layers.length === 0) return ensured;
  const asked = new Set(selectedLayers(tree.bundle, selectionFor(tree.bundle, undefined, request)));
  return ensured.filter((layer) => asked.has(layer));
}

function problemOf({ path, kind, digest, size }: Ensured, found: Found): VerifyProblem | undefined {
  const name = JSON.stringify(path);
  if (found.kind === "absent") return { path, code: "NOT_FOUND", message: `${name} is missing` };
  if (found.kind === "blocked")
    return {
      path,
      code: "NOT_FOUND",
      message: `${name} is missing: ${JSON.stringify(found.by)} is no folder`,
    };
  if (found.kind !== "file")
    return { path, code: "NOT_REGULAR", message: `${name} is no file: it is a ${found.kind}` };
  if (found.digest !== digest)
    return {
      path,
      code: "DIGEST_MISMATCH",
      message: `${name} does not have the bundle's content: ${found.digest} instead of ${digest} (${size} bytes)`,
    };
  if (found.entry === kind) return undefined;
  return { path, code: "FILE_CHANGED", message: `${name} is ${found.entry} instead of ${kind}` };
}

function layersOf(tree: RemoteTree, layers: readonly LayerName[], looked: Looked): VerifyResult["layers"] {
  return layers.map((name) => {
    const hash = createLayerHash(nodeHasher);
    for (const { wanted, found } of looked)
      if (wanted.layer === name && found.kind === "file")
        hash.add({ path: wanted.path, kind: found.entry, digest: found.digest, size: wanted.size });
    const summary = tree.bundle.root.layers.get(name);
    const here = hash.finish();
    const digest = summary?.digest ?? here.digest;
    return { name, digest, files: summary?.files ?? here.files, ok: here.digest === digest };
  });
}

/**
 * `bale verify DIR` of a folder that `ensure` filled: every file of its selection is read and compared with the bundle whose manifest digest the
 * folder's record names, and each layer by its digest where all of it should be here. Other files in the folder are not looked at.
 * @throws BaleError `NOT_FOUND` for any other folder, `STATE_CORRUPT` for a record that cannot be read, `ROLE_UNKNOWN`, `LAYER_UNKNOWN`, and
 * what keeps the index from being read
 */
export async function verifyEnsured(
  context: ClientContext,
  ports: RemotePorts,
  directory: string,
  options: Omit<VerifyOptions, "reference"> = {},
): Promise<VerifyResult> {
  const { root } = openEnsurePlace(directory, false);
  const record = readRecord(root, directory);
  const tree = await openRecorded(context, record, ports, options);
  const layers = chosenLayers(tree, record, options);
  const isEnsured = pathFilter(record.selection.paths);
  const isAsked = pathFilter(options.paths);
  const wanted: Ensured[] = [];
  const rows: Iterable<LayeredRow> = await tree.bundle.rows(layers, { signal: options.signal });
  for (const { layer, row } of rows)
    if (isEnsured(row.path) && isAsked(row.path)) wanted.push({ ...row, layer });
  const { signal, onProgress, concurrency } = options;
  const { capabilities } = record;
  // Nothing is known: every file is read, whatever the stats say.
  const looked = await lookAtFiles(root, wanted, {
    known: () => undefined,
    capabilities,
    signal,
    onProgress,
    concurrency,
  });
  const whole = record.selection.paths.length + (options.paths ?? []).length === 0;
  const problems = looked.flatMap((each) => problemOf(each.wanted, each.found) ?? []);
  const unfinished: readonly VerifyProblem[] = record.complete
    ? []
    : [{ code: "INTERRUPTED", message: "a run of ensure did not end; run it again" }];
  return {
    subject: root,
    manifest: record.manifest,
    contentDigest: tree.bundle.root.contentDigest,
    layers: whole ? layersOf(tree, layers, looked) : [],
    checkedFiles: wanted.length,
    checkedBlobs: 0,
    checkedBytes: looked.reduce((sum, { found }) => sum + (found.kind === "file" ? found.stat.size : 0), 0),
    problems: [...unfinished, ...problems],
  };
}
