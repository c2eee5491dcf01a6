import { findWorkspace, openWorkspace } from "@bale/workspace";

export interface WorkspaceDeclarations {
  readonly roles: readonly string[];
  readonly layers: readonly string[];
  readonly stores: readonly string[];
}

/** Names that the `bale.yaml` of the workspace declares. @throws BaleError `NOT_A_WORKSPACE`, `CONFIG_INVALID` */
export async function workspaceDeclarations(cwd: string): Promise<WorkspaceDeclarations> {
  await using workspace = await openWorkspace(await findWorkspace(cwd));
  const { project } = workspace;
  return {
    roles: [...(project?.roles.keys() ?? [])],
    layers: project?.layers.map(({ name }) => name) ?? [],
    stores: [...(project?.storage.stores.keys() ?? [])],
  };
}
