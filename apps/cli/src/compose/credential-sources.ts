import { resolve } from "node:path";
import { anonymous, environmentCredentials, ghCredentials, githubCredentials } from "@bale/auth";
import { type DockerOptions, dockerCredentials } from "@bale/auth-docker";
import { BaleError, type CredentialProvider } from "@bale/spec";
import type { CommandIo } from "../terminal/command-io.js";
import { type ChosenInput, chosenCredentials } from "./chosen-credentials.js";
import type { CredentialChoice } from "./credential-choice.js";
import type { PluginSources } from "./plugin-sources.js";

export interface SourcesInput {
  readonly io: CommandIo;
  readonly cwd: string;
  readonly files: DockerOptions;
  /** Origins for which BALE_USERNAME, BALE_PASSWORD and BALE_TOKEN count. */
  readonly environmentOrigins: readonly string[];
  readonly choiceOf: ChosenInput["choiceOf"];
  readonly plugins: PluginSources | undefined;
  readonly warn: (message: string) => void;
}
export interface FilesInput extends Pick<SourcesInput, "io" | "cwd" | "warn"> {
  readonly registryConfig: string | undefined;
}

type Config = CredentialChoice["config"];

/** The files of credentials, and where `bale login` stores one. */
export function dockerOptions({ io, cwd, registryConfig, warn }: FilesInput): DockerOptions {
  const file = registryConfig === undefined ? {} : { file: resolve(cwd, registryConfig) };
  return { env: io.env, home: io.home, ...file, warn };
}

function wrongSetting(source: string, why: string): BaleError {
  return new BaleError({
    code: "CONFIG_INVALID",
    message: `the source of credentials ${source} is described wrongly`,
    why,
    fix: "correct `credentials` below `registries` in your configuration; `bale config list --show-origin` shows its file",
  });
}

function withoutSettings(source: string, config: Config): void {
  const [member] = Object.keys(config);
  if (member !== undefined) throw wrongSetting(source, `it has no setting ${member}`);
}

function dockerWith(input: SourcesInput, { file, ...others }: Config): CredentialProvider {
  withoutSettings("docker", others);
  if (file !== undefined && (typeof file !== "string" || file === ""))
    throw wrongSetting("docker", "its file is no path");
  const named = file === undefined ? {} : { file: resolve(input.cwd, file) };
  return dockerCredentials({ ...input.files, ...named });
}

const BUILT_IN = ["environment", "docker", "github", "gh", "anonymous"] as const;
type BuiltIn = (typeof BUILT_IN)[number];

/** The sources that need no plugin, by the names that the configuration has for them. */
function builtIn(input: SourcesInput): Readonly<Record<BuiltIn, () => CredentialProvider>> {
  const { env } = input.io;
  return {
    environment: () =>
      environmentCredentials(env, { forOrigins: input.environmentOrigins, warn: input.warn }),
    docker: () => dockerCredentials(input.files),
    github: () => githubCredentials(env),
    gh: () => ghCredentials({ env, searchPath: env["PATH"] ?? "" }),
    anonymous,
  };
}

async function openChoice(
  input: SourcesInput,
  { source, config }: CredentialChoice,
): Promise<CredentialProvider> {
  if (source === "docker") return dockerWith(input, config);
  const own = BUILT_IN.find((name) => name === source);
  if (own) {
    withoutSettings(source, config);
    return builtIn(input)[own]();
  }
  if (input.plugins) return input.plugins.open(source, config);
  throw new BaleError({
    code: "CONFIG_INVALID",
    message: `there is no source of credentials ${source}`,
    why: `there are: ${BUILT_IN.join(", ")}`,
    fix: "correct `credentials` below `registries` in your configuration, or name the plugin that contributes it under `plugins`",
  });
}

/**
 * Every source of credentials but the command line, in order: variables; the source that the user's configuration names for a namespace, and then
 * no other; what docker and podman have stored; GITHUB_TOKEN; GitHub's command line; plugins.
 */
export function credentialSources(input: SourcesInput): readonly CredentialProvider[] {
  const { environment, docker, github, gh } = builtIn(input);
  const chosen = chosenCredentials({
    choiceOf: input.choiceOf,
    open: (choice) => openChoice(input, choice),
  });
  const { plugins } = input;
  return [environment(), chosen, docker(), github(), gh(), ...(plugins ? [plugins.provider] : [])];
}
