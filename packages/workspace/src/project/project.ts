import type { StorageRule } from "@bale/core";
import { compileGlob, createLayerAssigner } from "@bale/roles";
import type { BundlePath, LayerName, MediaType, RoleName, StoreDescription, StoreName } from "@bale/spec";

export interface PackSettings {
  /** Files below this many bytes are packed. */
  readonly smallerThan: number;
  /** Bytes of a pack to aim at. */
  readonly target: number;
  readonly compression: "gzip" | "none";
  readonly exact: boolean;
}
export interface DeclaredRule {
  readonly match?: string | undefined;
  /** Bytes. */
  readonly largerThan?: number | undefined;
  readonly store: StoreName | "registry";
}
export interface DeclaredLayer {
  readonly name: LayerName;
  readonly globs: readonly string[];
}
/** What `bale.yaml` says, as plain data: the form that is kept in `.bale/project.json`. */
export interface ProjectData {
  readonly ref?: string | undefined;
  readonly artifactType?: MediaType | undefined;
  readonly layers: readonly DeclaredLayer[];
  readonly roles: readonly (readonly [RoleName, readonly LayerName[]])[];
  readonly defaultRole?: RoleName | undefined;
  readonly stores: readonly (readonly [StoreName, StoreDescription])[];
  readonly rules: readonly DeclaredRule[];
  readonly pack: PackSettings;
  readonly annotations: Readonly<Record<string, string>>;
  /** Packages of plugins that the project asks for; whether they are loaded, each user decides. */
  readonly plugins?: readonly string[] | undefined;
}
/** A checked `bale.yaml`. */
export interface Project {
  /** The first upstream, as written; a short name is completed from the user's `defaultRegistry`. */
  readonly ref?: string | undefined;
  readonly artifactType?: MediaType | undefined;
  readonly layers: readonly DeclaredLayer[];
  readonly roles: ReadonlyMap<RoleName, readonly LayerName[]>;
  readonly defaultRole?: RoleName | undefined;
  readonly storage: {
    readonly stores: ReadonlyMap<StoreName, StoreDescription>;
    readonly rules: readonly DeclaredRule[];
    /** The same rules, compiled for `storageRule`. */
    readonly compiled: () => readonly StorageRule[];
  };
  readonly pack: PackSettings;
  readonly annotations: Readonly<Record<string, string>>;
  /** Packages of plugins that the project asks for; whether they are loaded, each user decides. */
  readonly plugins?: readonly string[] | undefined;
  /** The layer of any path. */
  readonly assigner: (path: BundlePath) => LayerName;
  /** Equal for two projects whose assigners agree on every path. */
  readonly layersKey: string;
}

export const DEFAULT_PACK: PackSettings = {
  smallerThan: 1024 * 1024,
  target: 32 * 1024 * 1024,
  compression: "gzip",
  exact: false,
};

function compileRule({ match, largerThan, store }: DeclaredRule): StorageRule {
  return {
    store,
    ...(match === undefined ? {} : { match: compileGlob(match) }),
    ...(largerThan === undefined ? {} : { largerThan }),
  };
}

/** Adds what cannot be stored. Globs are compiled at first use: most commands never assign a layer. */
export function projectFrom(data: ProjectData): Project {
  const { roles, stores, rules, ...rest } = data;
  let assigner: Project["assigner"] | undefined;
  let compiled: readonly StorageRule[] | undefined;
  return {
    ...rest,
    roles: new Map(roles),
    storage: {
      stores: new Map(stores),
      rules,
      compiled: () => {
        compiled ??= rules.map(compileRule);
        return compiled;
      },
    },
    assigner: (path) => {
      const assign = assigner ?? createLayerAssigner(data.layers);
      assigner = assign;
      return assign(path);
    },
    layersKey: JSON.stringify(data.layers.map(({ name, globs }) => [name, globs])),
  };
}
