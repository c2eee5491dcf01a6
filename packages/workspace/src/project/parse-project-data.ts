import { validateLayersAndRoles } from "@bale/roles";
import type { ConfigIssue, LayerName, MediaType, RoleName, StoreDescription, StoreName } from "@bale/spec";
import { configError } from "../config/config-error.js";
import { unknownKeys } from "../config/unknown-keys.js";
import { readYaml } from "../config/yaml-document.js";
import type { ProjectData } from "./project.js";
import { checkProjectForm, PROJECT_KEYS, type ProjectInput } from "./project-schema.js";

const USER_ONLY =
  "only your own configuration may set this (`bale config set`), since a bundle's author must not decide it for others";
const USER_KEYS = new Map(
  [
    "auth",
    "caFile",
    "certFile",
    "credentialHelpers",
    "credentials",
    "credHelpers",
    "defaultRegistry",
    "identityToken",
    "insecure",
    "keyFile",
    "password",
    "plainHttp",
    "registries",
    "registryConfig",
    "token",
    "trustedStores",
    "stores",
    "username",
  ].map((key) => [key, key === "stores" ? "stores belong under storage" : USER_ONLY] as const),
);
const SECRET_MEMBER = /secret|password|passwd|token|credential|accesskey|accountkey|connectionstring|sas/i;

function members(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function keyIssues(value: unknown): readonly ConfigIssue[] {
  const { storage, pack } = members(value);
  const { rules, stores } = members(storage);
  return [
    ...unknownKeys(value, [], PROJECT_KEYS.root, USER_KEYS),
    ...unknownKeys(storage, ["storage"], PROJECT_KEYS.storage),
    ...unknownKeys(pack, ["pack"], PROJECT_KEYS.pack),
    ...(Array.isArray(rules)
      ? rules.flatMap((rule, at) => unknownKeys(rule, ["storage", "rules", at], PROJECT_KEYS.rule))
      : []),
    ...Object.entries(members(stores)).flatMap(([name, store]) =>
      Object.keys(members(store))
        .filter((member) => SECRET_MEMBER.test(member))
        .map((member) => ({
          path: ["storage", "stores", name, member],
          message: "a secret does not belong into a bundle; credentials come from your environment",
        })),
    ),
  ];
}

function crossIssues(input: ProjectInput): readonly ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  if (input.artifactType !== undefined && input.artifact_type !== undefined)
    issues.push({ path: ["artifact_type"], message: "artifactType is set already; remove one of the two" });
  for (const [at, { store }] of input.storage.rules.entries())
    if (store !== "registry" && !Object.hasOwn(input.storage.stores, store))
      issues.push({
        path: ["storage", "rules", at, "store"],
        message: `no store of this name under storage.stores: ${JSON.stringify(store)}`,
      });
  for (const key of Object.keys(input.annotations))
    if (key.startsWith("dev.bale.") || key === "org.opencontainers.image.title")
      issues.push({ path: ["annotations", key], message: "bale writes this annotation itself" });
  return issues;
}

function roleIssues(value: unknown): readonly ConfigIssue[] {
  const { layers, roles, defaultRole } = members(value);
  const lists = (map: unknown): (readonly [string, readonly string[]])[] =>
    Object.entries(members(map)).map(([name, list]) => [
      name,
      (Array.isArray(list) ? list : [list]).filter((each): each is string => typeof each === "string"),
    ]);
  return validateLayersAndRoles({
    layers: lists(layers).map(([name, globs]) => ({ name, globs })),
    roles: lists(roles).map(([name, names]) => ({ name, layers: names })),
    defaultRole: typeof defaultRole === "string" ? defaultRole : undefined,
  });
}

function dataFrom(input: ProjectInput): ProjectData {
  const artifactType = input.artifactType ?? input.artifact_type;
  return {
    ...(input.ref === undefined ? {} : { ref: input.ref }),
    ...(artifactType === undefined ? {} : { artifactType: artifactType as MediaType }),
    layers: Object.entries(input.layers).map(([name, globs]) => ({ name: name as LayerName, globs })),
    roles: Object.entries(input.roles).map(([name, layers]) => [name as RoleName, layers as LayerName[]]),
    ...(input.defaultRole === undefined ? {} : { defaultRole: input.defaultRole as RoleName }),
    stores: Object.entries(input.storage.stores).map(([name, store]) => [
      name as StoreName,
      store as StoreDescription,
    ]),
    rules: input.storage.rules.map((rule) => ({ ...rule, store: rule.store as StoreName | "registry" })),
    pack: input.pack,
    annotations: { ...input.annotations },
    ...(input.plugins === undefined ? {} : { plugins: input.plugins }),
  };
}

/** One message a place: two checks may find the same mistake. */
function withoutRepeats(issues: readonly ConfigIssue[]): readonly ConfigIssue[] {
  const seen = new Set<string>();
  return issues.filter(({ path }) => {
    const key = JSON.stringify(path);
    return !seen.has(key) && seen.add(key);
  });
}

/** The slow half of `parseProject`, in a module of its own so that YAML and schema library are loaded only for it. */
export async function parseProjectData(bytes: Uint8Array, file: string): Promise<ProjectData> {
  const document = await readYaml(bytes);
  if (document.issues.length > 0) throw configError(file, document.issues);
  const value = document.value ?? {};
  const { output, issues } = checkProjectForm(value);
  const all = withoutRepeats([
    ...keyIssues(value),
    ...issues,
    ...(output ? crossIssues(output) : []),
    ...roleIssues(value),
  ]);
  if (output === undefined || all.length > 0) throw configError(file, all.map(document.place));
  return dataFrom(output);
}
