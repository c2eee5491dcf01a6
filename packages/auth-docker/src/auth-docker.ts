import type { ConfigSchema, CredentialContribution, Plugin } from "@bale/spec";
import { dockerCredentials } from "./docker-credentials.js";
import type { DockerOptions } from "./docker-options.js";

/** What can be set where the plugin is made; environment and warnings come from its host. */
export type AuthDockerOptions = Omit<DockerOptions, "env" | "warn">;

interface DockerConfigSetting {
  /** A file that comes before all others. */
  readonly file?: string | undefined;
}

const config: ConfigSchema<DockerConfigSetting> = {
  parse: (input) => {
    const refuse = (path: readonly string[], message: string) =>
      ({ ok: false, error: [{ path, message }] }) as const;
    if (input === undefined) return { ok: true, value: {} };
    if (typeof input !== "object" || input === null || Array.isArray(input))
      return refuse([], "the settings of this source of credentials are an object");
    const { file, ...others } = input as { readonly file?: unknown };
    const [unknown] = Object.keys(others);
    if (unknown !== undefined) return refuse([unknown], "there is no such setting; there is only file");
    if (file === undefined) return { ok: true, value: {} };
    if (typeof file !== "string" || file === "") return refuse(["file"], "this is no path of a file");
    return { ok: true, value: { file } };
  },
};

/** The source of credentials `docker`: what docker and podman have stored, themselves or with credential helpers. */
export function authDocker(options: AuthDockerOptions = {}): Plugin {
  const docker: CredentialContribution<DockerConfigSetting> = {
    id: "docker",
    config,
    open: async ({ file }, { env, log }) =>
      dockerCredentials({
        ...options,
        file: file ?? options.file,
        env,
        warn: (message) => log("warn", message),
      }),
  };
  return { specVersion: 1, name: "auth-docker", credentials: [docker as CredentialContribution] };
}
