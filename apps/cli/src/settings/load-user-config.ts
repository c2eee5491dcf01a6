import { existsSync } from "node:fs";
import {
  EMPTY_USER_CONFIG,
  type LoadedUserConfig,
  type UserConfigFiles,
  userConfigFiles,
} from "@bale/workspace";

export interface UserPlaces {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** Where the user's and the system's configuration are. */
export function configFiles({ env, home }: UserPlaces): UserConfigFiles {
  return userConfigFiles(env, home, process.platform);
}

/** Most users have neither file: then nothing that reads YAML is loaded. */
export async function loadUserConfig(places: UserPlaces): Promise<LoadedUserConfig> {
  const files = configFiles(places);
  if (!existsSync(files.user) && !existsSync(files.system))
    return { config: EMPTY_USER_CONFIG, origins: new Map() };
  const { readUserConfig } = await import("../work.js");
  return readUserConfig(files);
}
