import { push as publish } from "@bale/engine";
import { formatReference } from "@bale/spec";
import type { Workspace } from "@bale/workspace";
import type { ClientContext } from "../client/client-context.js";
import { preparePush } from "../push/prepare-push.js";
import { LATEST, type RemotePorts, tagOf } from "../remote/remote-tree.js";
import { checkOutput, refuseInside } from "./archive-output.js";
import { exportReferences } from "./export-references.js";
import type { ExportOptions, ExportResult } from "./export-types.js";
import { temporaryLayout } from "./temporary-layout.js";

/** The tag of the upstream, so that the archive's name for the bundle is the one that people know. */
function tagFor(context: ClientContext, { state, project }: Workspace) {
  const upstream = state.upstream ?? project?.ref;
  return (upstream === undefined ? undefined : tagOf(context.parse(upstream))) ?? LATEST;
}

/**
 * `bale export .`: the working tree as a push would make it, without a push. All bytes are inside, whatever the storage rules say: no external
 * store is written to. State, upstream and base stay as they are.
 * @throws BaleError `USAGE` for an output in the workspace, `FILE_CHANGED`, `LAYER_UNDECLARED`, `NAME_COLLISION` and as `exportReferences`
 */
export async function exportWorkspace(
  context: ClientContext,
  workspace: Workspace,
  ports: RemotePorts,
  options: ExportOptions,
): Promise<ExportResult> {
  if (typeof options.output === "string") {
    await refuseInside(options.output, [workspace.root]);
    await checkOutput(options.output, options.replace ?? true);
  }
  await using layout = await temporaryLayout(context, tagFor(context, workspace));
  const reference = formatReference(layout.reference);
  const { signal, onProgress, concurrency } = options;
  const prepared = await preparePush(context, workspace, { reference, signal, onProgress });
  if (workspace.state.selection)
    context.notice("this workspace holds a part of its bundle: files that are not here are not exported");
  await publish({ ...prepared.request, storeFor: () => undefined }, prepared.ports, {
    signal,
    onProgress,
    concurrency: concurrency ?? context.options.concurrency,
  });
  await workspace.saveStatCache();
  const { bundles, ...result } = await exportReferences(context, [reference], ports, options);
  return { ...result, bundles: bundles.map((bundle) => ({ ...bundle, reference: "." })) };
}
