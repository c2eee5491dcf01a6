import { BaleError } from "@bale/spec";
import { parseDuration } from "../definition/parse-duration.js";

type Environment = Readonly<Record<string, string | undefined>>;

/** Variables that stand for a setting: the key of the configuration, and what it does. */
export const ENVIRONMENT_SETTINGS: readonly (readonly [variable: string, key: string])[] = [
  ["BALE_CA_FILE", "caFile"],
  ["BALE_COLOR", "color"],
  ["BALE_CONCURRENCY", "concurrency"],
  ["BALE_DEFAULT_REGISTRY", "defaultRegistry"],
  ["BALE_FSYNC", "fsync"],
  ["BALE_LOCK_TIMEOUT", "lockTimeout"],
  ["BALE_PROGRESS", "progress"],
  ["BALE_REGISTRY_CONFIG", "registryConfig"],
  ["BALE_RETRIES", "retries"],
  ["BALE_TIMEOUT", "timeout"],
];

function invalid(variable: string, wanted: string): BaleError {
  return new BaleError({
    code: "CONFIG_INVALID",
    message: `${variable} has a value that cannot be used`,
    why: `it must be ${wanted}`,
    fix: `correct or unset ${variable}; \`bale help environment\` lists the variables`,
  });
}

/** An empty variable counts as unset. */
export function textFrom(env: Environment, variable: string): string | undefined {
  return env[variable] || undefined;
}

/** @throws BaleError `CONFIG_INVALID` */
export function choiceFrom<Choice extends string>(
  env: Environment,
  variable: string,
  choices: readonly Choice[],
): Choice | undefined {
  const text = textFrom(env, variable);
  if (text === undefined) return undefined;
  const found = choices.find((choice) => choice === text);
  if (found === undefined) throw invalid(variable, `one of ${choices.join(", ")}`);
  return found;
}

/** @throws BaleError `CONFIG_INVALID` */
export function numberFrom(env: Environment, variable: string, min: number, max: number): number | undefined {
  const text = textFrom(env, variable);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^[0-9]{1,9}$/.test(text) || value < min || value > max)
    throw invalid(variable, `a whole number from ${min} to ${max}`);
  return value;
}

/** @throws BaleError `CONFIG_INVALID` */
export function durationFrom(env: Environment, variable: string): number | undefined {
  const text = textFrom(env, variable);
  if (text === undefined) return undefined;
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined) throw invalid(variable, "a time such as 30s");
  return milliseconds;
}

/** `1`, `true` and `yes` mean yes; `0`, `false`, `no` and an empty value mean no. */
export function flagFrom(env: Environment, variable: string): boolean {
  const text = (env[variable] ?? "").toLowerCase();
  if (["", "0", "false", "no"].includes(text)) return false;
  if (["1", "true", "yes"].includes(text)) return true;
  throw invalid(variable, "1 or 0");
}

/** Whether nobody sits in front of it: build services set one of these. */
export function isAutomated(env: Environment): boolean {
  const ci = env["CI"] ?? "";
  return (
    (ci !== "" && ci !== "false" && ci !== "0") ||
    ["GITHUB_ACTIONS", "TF_BUILD", "BUILDKITE"].some((name) => (env[name] ?? "") !== "")
  );
}
