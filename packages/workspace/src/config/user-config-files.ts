import { isAbsolute, join } from "node:path";
import type { UserConfigFiles } from "./user-config.js";

/**
 * Where the user's configuration lives. XDG base directory specification: a relative value of `XDG_CONFIG_HOME` is ignored.
 * Pure: the environment and the home folder are parameters.
 */
export function userConfigFiles(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
  platform: string = "linux",
): UserConfigFiles {
  const xdg = env["XDG_CONFIG_HOME"];
  const roaming = env["APPDATA"];
  const folder =
    xdg !== undefined && isAbsolute(xdg)
      ? xdg
      : platform === "win32" && roaming !== undefined && roaming !== ""
        ? roaming
        : join(home, ".config");
  const system =
    platform === "win32"
      ? join(env["PROGRAMDATA"] ?? "C:\\ProgramData", "bale", "config.yaml")
      : "/etc/bale/config.yaml";
  return { user: join(folder, "bale", "config.yaml"), system };
}
