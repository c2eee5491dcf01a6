import type { ConfigIssue, DeclaredCredential, PluginManifest, Result } from "@bale/spec";
import { hostsProblem, isCredentialId, isScheme } from "./contribution-grammar.js";
import { memberOf } from "./safe-cause.js";
import { PLUGIN_ADAPTERS, versionIssues } from "./spec-versions.js";

function schemes(value: unknown, name: string, issues: ConfigIssue[]): readonly string[] {
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every(isScheme)) return [...(value as readonly string[])];
  issues.push({ path: ["bale", name], message: "is no list of schemes" });
  return [];
}

function credentials(value: unknown, issues: ConfigIssue[]): readonly DeclaredCredential[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    issues.push({ path: ["bale", "credentials"], message: "is no list" });
    return [];
  }
  return (value as readonly unknown[]).flatMap((each, at): DeclaredCredential[] => {
    const id = memberOf(each, "id");
    const hosts = memberOf(each, "hosts");
    const problem = isCredentialId(id) ? hostsProblem(hosts) : "has no id";
    if (problem === undefined)
      return [{ id: id as string, ...(hosts === undefined ? {} : { hosts: [...(hosts as string[])] }) }];
    issues.push({ path: ["bale", "credentials", at], message: problem });
    return [];
  });
}

/**
 * Reads what a package says of its plugin, the member `bale` of its package.json. A version that this bale does not know passes: what the other
 * members mean is then unknown, and the plugin is refused by that version.
 */
export function readPluginManifest(value: unknown): Result<PluginManifest, readonly ConfigIssue[]> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { ok: false, error: [{ path: ["bale"], message: "is no object" }] };
  const specVersion = memberOf(value, "specVersion");
  const versions = versionIssues(specVersion, PLUGIN_ADAPTERS);
  if (versions.length > 0)
    return { ok: false, error: versions.map((issue) => ({ ...issue, path: ["bale", ...issue.path] })) };
  const version = specVersion as number;
  if (!PLUGIN_ADAPTERS.has(version)) return { ok: true, value: { specVersion: version } };
  const issues: ConfigIssue[] = [];
  const manifest: PluginManifest = {
    specVersion: version,
    blobs: schemes(memberOf(value, "blobs"), "blobs", issues),
    credentials: credentials(memberOf(value, "credentials"), issues),
    remotes: schemes(memberOf(value, "remotes"), "remotes", issues),
  };
  return issues.length === 0 ? { ok: true, value: manifest } : { ok: false, error: issues };
}
