import type { Workspace } from "@bale/workspace";
import { type ClientContext, memoryIndexCache } from "../client/client-context.js";
import { workspaceStaging } from "../client/workspace-ports.js";
import { selectionFor } from "../compare/comparison.js";
import { openReference } from "../look/open-reference.js";
import type { RemotePorts } from "../remote/remote-tree.js";
import type { VerifyOptions, VerifyResult } from "./trust-types.js";
import { checkBlobs, manifestBlobs } from "./verify-blobs.js";
import { checkContent } from "./verify-content.js";
import { verifyHeld } from "./verify-held.js";
import { checkIndex, selectedLayers } from "./verify-index.js";

/**
 * `bale verify REF`: manifest, root and tables against their digests, each selected layer's digest from its rows, the tree as a whole, and
 * whether each blob is where it should be; with `deep` every byte of every file. Nothing comes from a cache. A role is proved without a
 * request for another layer.
 * @throws BaleError for damage in manifest, root or tables (`DIGEST_MISMATCH`, `MANIFEST_INVALID`, `INDEX_INVALID`), `NOT_FOUND`, `ROLE_UNKNOWN`,
 * `LAYER_UNKNOWN`, `STORE_UNTRUSTED`; everything else that is wrong is a problem of the result
 */
export async function verifyReference(
  context: ClientContext,
  ports: Pick<RemotePorts, "staging">,
  options: VerifyOptions & { readonly reference: string },
): Promise<VerifyResult> {
  const tree = await openReference(
    context,
    options.reference,
    { cache: memoryIndexCache(), staging: ports.staging },
    options,
  );
  const request = { roles: options.roles ?? [], layers: options.layers ?? [] };
  const asked = request.roles.length + request.layers.length > 0;
  const selection = selectionFor(tree.bundle, undefined, asked ? request : { roles: ["all"], layers: [] });
  const names = selectedLayers(tree.bundle, selection);
  const index = await checkIndex(tree.bundle, names, options);
  const isSelected = (layer: string): boolean => names.some((name) => name === layer);
  const named = (options.paths ?? []).length > 0 ? [] : manifestBlobs(tree, isSelected);
  const blobs = await checkBlobs(tree, index.blobs, named, options);
  const readable = options.deep
    ? index.rows.filter(
        (row) => !row.unknownExtents && !row.extents.some(({ blob }) => blobs.isMissing(blob)),
      )
    : [];
  const content = await checkContent(readable, tree.storeOf, options);
  return {
    subject: tree.state.name,
    manifest: tree.state.digest,
    contentDigest: tree.bundle.root.contentDigest,
    layers: index.layers,
    checkedFiles: index.rows.length,
    checkedBlobs: blobs.checked,
    checkedBytes: content.bytes,
    problems: [...index.problems, ...blobs.problems, ...content.problems],
  };
}

/** `bale verify` in a workspace: of a reference when one is named, else of the files that are held. @throws as `verifyReference` and `verifyHeld` */
export async function verifyWorkspace(
  context: ClientContext,
  workspace: Workspace,
  options: VerifyOptions = {},
): Promise<VerifyResult> {
  const { reference } = options;
  if (reference === undefined) return verifyHeld(context, workspace, options);
  return verifyReference(context, { staging: workspaceStaging(workspace.root) }, { ...options, reference });
}
