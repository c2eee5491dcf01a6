import type { UserConfig } from "@bale/workspace";
import type { Flags } from "../definition/flags.js";
import { choiceFrom, durationFrom, flagFrom, numberFrom, textFrom } from "./environment-settings.js";
import { loadUserConfig, type UserPlaces } from "./load-user-config.js";
import type { ColorMode, ProgressMode, Settings } from "./settings.js";

const PROGRESS: readonly ProgressMode[] = ["auto", "tty", "plain", "json", "none"];
const COLOR: readonly ColorMode[] = ["auto", "always", "never"];
const FSYNC = ["auto", "always", "never"] as const;

/** Settings that flags and variables decide without a look at any file; enough to print an error by. */
export interface EarlySettings {
  readonly json: boolean;
  readonly debug: boolean;
  readonly color: ColorMode | undefined;
}

/** Never throws: what cannot be read here is reported when the settings are read. */
export function earlySettings(args: readonly string[], env: UserPlaces["env"]): EarlySettings {
  const end = args.indexOf("--");
  const seen = end < 0 ? args : args.slice(0, end);
  const at = seen.indexOf("--color");
  const written =
    seen.find((arg) => arg.startsWith("--color="))?.slice("--color=".length) ??
    (at < 0 ? undefined : seen[at + 1]) ??
    env["BALE_COLOR"];
  return {
    json: seen.includes("--json"),
    debug: seen.includes("--debug") || ["1", "true", "yes"].includes(env["BALE_DEBUG"] ?? ""),
    color: COLOR.find((mode) => mode === written),
  };
}

function transfers(
  flags: Flags,
  env: UserPlaces["env"],
  user: UserConfig,
): Pick<Settings, "concurrency" | "timeoutMs" | "retries" | "lockTimeoutMs"> {
  return {
    concurrency:
      flags.number("concurrency") ?? numberFrom(env, "BALE_CONCURRENCY", 1, 1024) ?? user.concurrency,
    timeoutMs: flags.number("timeout") ?? durationFrom(env, "BALE_TIMEOUT") ?? user.timeoutMs,
    retries: flags.number("retries") ?? numberFrom(env, "BALE_RETRIES", 0, 100) ?? user.retries,
    lockTimeoutMs:
      flags.number("lock-timeout") ?? durationFrom(env, "BALE_LOCK_TIMEOUT") ?? user.lockTimeoutMs,
  };
}

/** Flag, then BALE_* variable, then the user's file, then the system's. @throws BaleError `CONFIG_INVALID`, `PERMISSION`, `IO` */
export async function readSettings(flags: Flags, places: UserPlaces): Promise<Settings> {
  const { env } = places;
  const loaded = await loadUserConfig(places);
  const { config: user } = loaded;
  return {
    json: flags.has("json"),
    quiet: flags.has("quiet"),
    verbosity: flags.number("verbose") ?? 0,
    debug: flags.has("debug") || flagFrom(env, "BALE_DEBUG"),
    dryRun: flags.has("dry-run"),
    yes: flags.has("yes"),
    offline: flags.has("offline") || flagFrom(env, "BALE_OFFLINE"),
    progress:
      (flags.text("progress") as ProgressMode | undefined) ??
      choiceFrom(env, "BALE_PROGRESS", PROGRESS) ??
      user.progress ??
      "auto",
    color:
      (flags.text("color") as ColorMode | undefined) ??
      choiceFrom(env, "BALE_COLOR", COLOR) ??
      user.color ??
      "auto",
    ...transfers(flags, env, user),
    fsync: choiceFrom(env, "BALE_FSYNC", FSYNC) ?? user.fsync,
    defaultRegistry: textFrom(env, "BALE_DEFAULT_REGISTRY") ?? user.defaultRegistry,
    registryConfig:
      flags.text("registry-config") ?? textFrom(env, "BALE_REGISTRY_CONFIG") ?? user.registryConfig,
    caFile: flags.text("ca-file") ?? textFrom(env, "BALE_CA_FILE") ?? user.caFile,
    plugins: {
      named: flags.list("plugin"),
      offBy: flags.has("no-plugins")
        ? "--no-plugins"
        : flagFrom(env, "BALE_NO_PLUGINS")
          ? "BALE_NO_PLUGINS"
          : undefined,
    },
    user: loaded,
  };
}
