import type { ResolveHooks } from "./resolve-hooks.js";

const NAMES = [
  "auth-aws",
  "auth-azure",
  "auth-google",
  "storage-azure",
  "storage-gcs",
  "storage-s3",
] as const;

/** The plugins that are loaded only when a cloud is used: the names are those of the files in dist/cloud. */
export const CLOUD_ENTRIES: Readonly<Record<string, string>> = Object.fromEntries(
  NAMES.map((name) => [name, `../../packages/${name}/src/index.ts`]),
);

/**
 * Leaves the dynamic imports of these packages to files of a build of their own. In one build with the rest they would share chunks with it, so that
 * every start would load more files, used or not.
 */
export function cloudPlugins(): { readonly name: string; readonly setup: (build: ResolveHooks) => void } {
  return {
    name: "cloud-plugins",
    setup: (build) => {
      build.onResolve({ filter: /^@bale\// }, ({ path, kind }) => {
        const name = path.slice("@bale/".length);
        return kind === "dynamic-import" && Object.hasOwn(CLOUD_ENTRIES, name)
          ? { path: `../cloud/${name}.js`, external: true }
          : undefined;
      });
    },
  };
}
