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

/** A plugin of a version that this bale does not speak; nothing of it was looked at but that number. */
export function unknownVersion(name: string, version: number, supported: readonly number[]): BaleError {
  const newer = version > Math.max(...supported);
  const versions = supported.length === 1 ? `version ${supported[0]}` : `versions ${supported.join(", ")}`;
  return new BaleError({
    code: "PLUGIN_INVALID",
    message: `the plugin ${name} ${newer ? "is for a newer bale" : "is for a bale that is gone"}`,
    why: `it has specVersion ${version}, and this bale supports ${versions}`,
    fix: newer
      ? "update bale: `npm install -g bale@latest`; or use an older version of the plugin"
      : "update the plugin",
    context: { plugin: name, specVersion: version, supported: supported.map(String) },
  });
}

/** A plugin broke its contract; `why` must hold no secret. */
export function brokenContract(plugin: string, doing: string, why: string, cause?: unknown): BaleError {
  return new BaleError({
    code: "PLUGIN_FAILED",
    message: `the plugin ${plugin} failed while ${doing}`,
    why,
    fix: "run again without it (--no-plugins), or report this to its authors",
    context: { plugin },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** A configuration that the plugin's own schema refuses. */
export function wrongConfig(plugin: string, what: string, issues: readonly ConfigIssue[]): BaleError {
  return new BaleError({
    code: "CONFIG_INVALID",
    message: `${what} is described wrongly`,
    why: formatIssues(issues),
    context: { plugin },
  });
}
