import { parseTag } from "@bale/spec";
import type { ClientContext } from "../client/client-context.js";
import { selectionFor } from "../compare/comparison.js";
import type { SelectOptions } from "../look/look-types.js";
import { indexSelection } from "../registry/copy-selection.js";
import { openTree, type RemotePorts, type RemoteState, type RemoteTree } from "../remote/remote-tree.js";
import { temporaryLayout } from "./temporary-layout.js";

type FoundState = RemoteState & { readonly digest: NonNullable<RemoteState["digest"]> };

/** A bundle of some layers or paths, whose index and manifest lie in a temporary layout, and its other blobs where they were. */
export interface SelectedPart extends AsyncDisposable {
  readonly state: FoundState;
  /** Of the whole bundle. */
  readonly whole: RemoteTree;
  readonly leftOut: readonly string[];
}

/** @throws BaleError `ROLE_UNKNOWN`, `LAYER_UNKNOWN`, `UNSUPPORTED` for other tools' artifacts */
export async function selectPart(
  context: ClientContext,
  found: FoundState,
  ports: RemotePorts,
  options: SelectOptions,
): Promise<SelectedPart> {
  const whole = await openTree(context, found, ports, options);
  const tag = found.tag ?? parseTag("part");
  const layout = await temporaryLayout(context, tag);
  try {
    const made = await indexSelection(whole, layout.repository, [{ tag, expect: "absent" }], ports, options);
    const { reference } = found;
    const state = { ...found, reference, repository: layout.repository, digest: made.manifest.digest };
    const { roles = [], layers = [] } = options;
    const { leftOut } = selectionFor(whole.bundle, undefined, {
      roles: roles.length + layers.length > 0 ? roles : ["all"],
      layers,
    });
    return { state, whole, leftOut, [Symbol.asyncDispose]: () => layout[Symbol.asyncDispose]() };
  } catch (error) {
    await layout[Symbol.asyncDispose]();
    throw error;
  }
}
