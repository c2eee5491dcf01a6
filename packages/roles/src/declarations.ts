/** A layer as `bale.yaml` declares it, before any check. */
export interface LayerDeclaration {
  readonly name: string;
  readonly globs: readonly string[];
}

/** A role as `bale.yaml` declares it, before any check. */
export interface RoleDeclaration {
  readonly name: string;
  readonly layers: readonly string[];
}

/** The part of `bale.yaml` that speaks of layers and roles, each in the file's order. */
export interface Declarations {
  readonly layers: readonly LayerDeclaration[];
  readonly roles: readonly RoleDeclaration[];
  readonly defaultRole?: string | undefined;
}
