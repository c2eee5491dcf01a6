import { isAbsolute, join } from "node:path";
import type { DockerOptions } from "./docker-options.js";

export interface ConfigPlace {
  readonly path: string;
  /** The user named this very file: that it is missing is a mistake. */
  readonly mustExist: boolean;
}

function homeOf(options: DockerOptions): string | undefined {
  const { env, platform = process.platform } = options;
  return options.home ?? (env[platform === "win32" ? "USERPROFILE" : "HOME"] || undefined);
}

/** The file that docker itself reads and `docker login` writes. */
function dockerFile(options: DockerOptions, home: string | undefined): string | undefined {
  const folder = options.env["DOCKER_CONFIG"] || (home && join(home, ".docker"));
  return folder ? join(folder, "config.json") : undefined;
}

/** The XDG base directory specification: a value that is no absolute path is passed over. */
function absolute(value: string | undefined): string | undefined {
  return value && isAbsolute(value) ? value : undefined;
}

/**
 * Files with credentials, first come first served: the named one, `REGISTRY_AUTH_FILE`, docker's, then podman's of this session and of the
 * user (containers-auth.json(5)).
 */
export function configPlaces(options: DockerOptions): readonly ConfigPlace[] {
  const { env, file, platform = process.platform } = options;
  const home = homeOf(options);
  const settings = absolute(env["XDG_CONFIG_HOME"]) ?? (home && join(home, ".config"));
  const hasNoSessionFolder = platform === "darwin" || platform === "win32";
  const session = hasNoSessionFolder ? home && join(home, ".config") : absolute(env["XDG_RUNTIME_DIR"]);
  const found = [
    env["REGISTRY_AUTH_FILE"] || undefined,
    dockerFile(options, home),
    session && join(session, "containers", "auth.json"),
    settings && join(settings, "containers", "auth.json"),
  ].filter((path) => path !== undefined && path !== "");
  const others = [...new Set(found as string[])].filter((path) => path !== file);
  return [
    ...(file === undefined ? [] : [{ path: file, mustExist: true }]),
    ...others.map((path) => ({ path, mustExist: false })),
  ];
}

/** The one file that credentials are saved to: the first place, whether there is a file or not; `undefined` without a home. */
export function writablePlace(options: DockerOptions): string | undefined {
  const { env, file } = options;
  return file ?? (env["REGISTRY_AUTH_FILE"] || dockerFile(options, homeOf(options)));
}
