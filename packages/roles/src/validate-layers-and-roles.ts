import { BALE_LAYER, type ConfigIssue, DEFAULT_LAYER, isName, RESERVED_NAMES } from "@bale/spec";
import type { Declarations } from "./declarations.js";
import { globProblem } from "./glob-problem.js";

const NAME_FORM = "a name is a lower-case letter and up to 62 letters, digits, hyphens or underscores";

/**
 * Everything that is wrong with declared layers and roles, at once and as data: layers, then roles, then the default role. `path` leads to the mistake in
 * `bale.yaml`: `["layers", "code", 0]` is the first glob of `code`, `["roles", "runtime", 1]` the second layer of `runtime`.
 */
export function validateLayersAndRoles(declarations: Declarations): readonly ConfigIssue[] {
  const { layers, roles, defaultRole } = declarations;
  const issues: ConfigIssue[] = [
    ...nameIssues(
      "layer",
      layers.map(({ name }) => name),
    ),
  ];
  for (const { name, globs } of layers) {
    if (globs.length === 0) issues.push({ path: ["layers", name], message: `layer "${name}" has no glob` });
    for (const [index, glob] of globs.entries()) {
      const problem = globProblem(glob);
      if (problem !== undefined)
        issues.push({ path: ["layers", name, index], message: `${quote(glob)} is not a glob: ${problem}` });
    }
  }
  issues.push(
    ...nameIssues(
      "role",
      roles.map(({ name }) => name),
    ),
  );
  const known = new Set<string>([...layers.map(({ name }) => name), DEFAULT_LAYER]);
  for (const role of roles) issues.push(...roleIssues(role.name, role.layers, known));
  if (defaultRole !== undefined && !roles.some(({ name }) => name === defaultRole))
    issues.push({
      path: ["defaultRole"],
      message: `there is no role ${quote(defaultRole)}${those(roles.map(({ name }) => name))}`,
    });
  return issues;
}

function nameIssues(what: "layer" | "role", names: readonly string[]): ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  const seen = new Set<string>();
  for (const name of names) {
    const path = [`${what}s`, name];
    if (!isName(name)) issues.push({ path, message: `${quote(name)} cannot name a ${what}: ${NAME_FORM}` });
    else if (RESERVED_NAMES.has(name))
      issues.push({ path, message: `"${name}" is reserved and cannot name a ${what}` });
    else if (seen.has(name)) issues.push({ path, message: `${what} "${name}" is declared twice` });
    seen.add(name);
  }
  return issues;
}

function roleIssues(role: string, layers: readonly string[], known: ReadonlySet<string>): ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  const seen = new Set<string>();
  for (const [index, layer] of layers.entries()) {
    const path = ["roles", role, index];
    if (layer === BALE_LAYER)
      issues.push({ path, message: `every role includes the layer "${BALE_LAYER}" already` });
    else if (!known.has(layer))
      issues.push({ path, message: `there is no layer ${quote(layer)}${those([...known])}` });
    else if (seen.has(layer)) issues.push({ path, message: `role "${role}" names layer "${layer}" twice` });
    seen.add(layer);
  }
  return issues;
}

function those(names: readonly string[]): string {
  return names.length === 0 ? "" : `; there are ${names.join(", ")}`;
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}
