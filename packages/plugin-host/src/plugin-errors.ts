import { BaleError, type ConfigIssue } from "@bale/spec";

/** One line an issue: `blobs[0]: has no valid scheme`. */
export function formatIssues(issues: readonly ConfigIssue[]): string {
  return issues
    .map(({ path, message }) => {
      const place = path
        .map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`))
        .join("")
        .replace(/^\./, "");
      return place === "" ? message : `${place}: ${message}`;
    })
    .join("\n");
}

export function invalidPlugin(name: string, issues: readonly ConfigIssue[]): BaleError {
  return new BaleError({
    code: "PLUGIN_INVALID",
    message: `${name} is not a plugin that can be used`,
    why: formatIssues(issues),
    fix: "look for a version of the plugin that fits this bale",
    context: { plugin: name },
  });
}

/** A plugin that throws something that is no `BaleError` broke its contract; the error names it. */
export function pluginFailed(plugin: string, doing: string, cause: unknown): BaleError {
  if (BaleError.is(cause)) return cause;
  return new BaleError({
    code: "PLUGIN_FAILED",
    message: `the plugin ${plugin} failed while ${doing}`,
    why: cause instanceof Error ? cause.message : String(cause),
    fix: "run again without it, or report this to its authors",
    context: { plugin },
    cause,
  });
}
