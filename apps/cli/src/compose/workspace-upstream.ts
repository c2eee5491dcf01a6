import { BaleError } from "@bale/spec";
import { findWorkspace, openWorkspace } from "@bale/workspace";

export interface WorkspaceUpstream {
  readonly reference: string;
  /** `state`: a command of this user put it there. `project`: `bale.yaml` says so, whoever wrote that. */
  readonly from: "state" | "project";
}

/** What a command without a reference means; `undefined` outside a workspace, or where none is known. */
export async function workspaceUpstream(cwd: string): Promise<WorkspaceUpstream | undefined> {
  try {
    await using workspace = await openWorkspace(await findWorkspace(cwd));
    const { upstream } = workspace.state;
    if (upstream !== undefined) return { reference: upstream, from: "state" };
    const reference = workspace.project?.ref;
    return reference === undefined ? undefined : { reference, from: "project" };
  } catch (error) {
    // Whatever is wrong with the workspace, the command itself finds it and says so.
    if (BaleError.is(error)) return undefined;
    throw error;
  }
}
