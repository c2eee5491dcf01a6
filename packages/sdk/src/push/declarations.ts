import type { Bundle } from "@bale/engine";
import {
  BALE_LAYER,
  BaleError,
  type BundlePath,
  DEFAULT_LAYER,
  type LayerName,
  type RoleName,
} from "@bale/spec";
import type { Project, WorkingTree } from "@bale/workspace";

export interface Declarations {
  readonly layers: readonly LayerName[];
  readonly roles: ReadonlyMap<RoleName, readonly LayerName[]>;
  readonly defaultRole: RoleName | undefined;
}

/** Layers, roles and default role come from W's `bale.yaml`; without one, from the remote. */
export function declarationsOf(project: Project | undefined, current: Bundle | undefined): Declarations {
  if (project)
    return {
      layers: project.layers.map((layer) => layer.name),
      roles: project.roles,
      defaultRole: project.defaultRole,
    };
  const own = [...(current?.root.layers.keys() ?? [])].filter(
    (name) => name !== BALE_LAYER && name !== DEFAULT_LAYER,
  );
  return { layers: own, roles: current?.root.roles ?? new Map(), defaultRole: current?.root.defaultRole };
}

/**
 * A layer that still has files which this workspace does not hold cannot vanish from `bale.yaml`: they would be carried
 * under a name that nobody can select.
 * @throws BaleError `LAYER_UNDECLARED`
 */
export async function refuseUndeclared(
  declared: Declarations,
  current: Bundle | undefined,
  tree: WorkingTree,
  removed: ReadonlySet<BundlePath>,
): Promise<void> {
  const known = new Set<LayerName>([...declared.layers, BALE_LAYER, DEFAULT_LAYER]);
  for (const [name, summary] of current?.root.layers ?? []) {
    if (known.has(name) || summary.files === 0) continue;
    let unheld = 0;
    for (const { row } of (await current?.rows([name])) ?? [])
      if (!tree.held(row.path) && !removed.has(row.path)) unheld++;
    if (unheld === 0) continue;
    throw new BaleError({
      code: "LAYER_UNDECLARED",
      message: `bale.yaml no longer declares the layer "${name}"`,
      why: `the bundle has ${unheld} files in it that this workspace does not hold`,
      fix: `declare it again, or pull it first (\`bale pull --layer ${name}\`) and move its files`,
      context: { layer: name, files: unheld },
    });
  }
}
