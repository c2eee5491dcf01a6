interface Hooks {
  readonly onResolve: (
    options: { readonly filter: RegExp },
    resolve: (args: {
      readonly path: string;
      readonly importer: string;
    }) => { readonly path: string; readonly namespace: string } | undefined,
  ) => void;
  readonly onLoad: (
    options: { readonly filter: RegExp; readonly namespace: string },
    load: () => { readonly contents: string; readonly loader: "js" },
  ) => void;
}

/** commander loads the module that starts programs, which takes 3 ms; bale's commands are no programs of their own, so that it is never called. */
export function withoutChildProcesses(): { readonly name: string; readonly setup: (build: Hooks) => void } {
  return {
    name: "without-child-processes",
    setup: (build) => {
      build.onResolve({ filter: /^node:child_process$/ }, ({ path, importer }) =>
        /[\\/]commander[\\/]/.test(importer) ? { path, namespace: "absent" } : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: "absent" }, () => ({
        contents: "module.exports = {};",
        loader: "js",
      }));
    },
  };
}
