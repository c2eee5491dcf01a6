interface Resolved {
  readonly path: string;
  readonly external: true;
}
/** The part of esbuild's plugin interface that our plugins use. */
export interface ResolveHooks {
  readonly onResolve: (
    options: { readonly filter: RegExp },
    resolve: (args: { readonly path: string; readonly kind: string }) => Resolved | undefined,
  ) => void;
}
