import type { JsonValue } from "@bale/spec";
import type { Project, UserConfig, UserRegistrySettings } from "@bale/workspace";
import { ENVIRONMENT_SETTINGS, textFrom } from "./environment-settings.js";
import type { UserPlaces } from "./load-user-config.js";
import { configFiles } from "./load-user-config.js";

export interface EffectiveValue {
  readonly key: string;
  readonly value: JsonValue;
  /** The variable or the file that decided it. */
  readonly origin: string;
}

/** Keys of `bale.yaml`; every other key belongs to the user's file. No key is in both. */
export const PROJECT_CONFIG_KEYS: readonly string[] = [
  "ref",
  "artifactType",
  "layers",
  "roles",
  "defaultRole",
  "storage",
  "pack",
  "annotations",
];

function plain(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value)) as JsonValue;
}

/** What `bale.yaml` says, as keys that `config set` takes. */
export function projectValues(project: Project, origin: string): readonly EffectiveValue[] {
  const { ref, artifactType, defaultRole, layers, roles, storage, pack, annotations } = project;
  const rows: (readonly [string, unknown])[] = [
    ["ref", ref],
    ["artifactType", artifactType],
    ["defaultRole", defaultRole],
    ...layers.map(({ name, globs }) => [`layers.${name}`, globs] as const),
    ...[...roles].map(([name, list]) => [`roles.${name}`, list] as const),
    ...[...storage.stores].map(([name, store]) => [`storage.stores.${name}`, store] as const),
    ["storage.rules", storage.rules.length === 0 ? undefined : storage.rules],
    ...Object.entries(pack).map(([key, value]) => [`pack.${key}`, value] as const),
    ...Object.entries(annotations).map(([key, value]) => [`annotations.${key}`, value] as const),
  ];
  return rows
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({ key, value: plain(value), origin }));
}

const SECRET = /secret|password|token|key/i;

/** The members of a registry as keys that `config set` takes; what may be a secret is said to be set, and not shown. */
function registryRows(settings: UserRegistrySettings): readonly (readonly [string, unknown])[] {
  const { credentials, ...rest } = settings;
  const chosen =
    typeof credentials === "object"
      ? Object.entries(credentials).map(
          ([name, value]) => [`credentials.${name}`, SECRET.test(name) ? "[hidden]" : value] as const,
        )
      : [["credentials", credentials] as const];
  return [...Object.entries(rest), ...chosen].filter(([, value]) => value !== undefined);
}

const RENAMED: Readonly<Record<string, string>> = { timeoutMs: "timeout", lockTimeoutMs: "lockTimeout" };

/** What the user's and the system's files say. */
export function userValues(
  config: UserConfig,
  origins: ReadonlyMap<string, string>,
  places: UserPlaces,
): readonly EffectiveValue[] {
  const { registries, ...rest } = config;
  const fallback = configFiles(places).user;
  const rows: EffectiveValue[] = [];
  for (const [name, value] of Object.entries(rest)) {
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    const key = RENAMED[name] ?? name;
    const shown = key === name ? plain(value) : `${String(value)}ms`;
    rows.push({ key, value: shown, origin: origins.get(name) ?? origins.get(key) ?? fallback });
  }
  for (const [host, settings] of registries)
    for (const [member, value] of registryRows(settings))
      rows.push({
        key: `registries.${host}.${member}`,
        value: plain(value),
        origin: origins.get(`registries.${host}`) ?? fallback,
      });
  return rows;
}

/** What BALE_* variables say in place of a file. */
export function environmentValues({ env }: UserPlaces): readonly EffectiveValue[] {
  return ENVIRONMENT_SETTINGS.flatMap(([variable, key]) => {
    const value = textFrom(env, variable);
    return value === undefined ? [] : [{ key, value, origin: variable }];
  });
}
