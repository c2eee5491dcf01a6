import { createAuthorizer } from "@bale/auth";
import {
  createHostPacer,
  createHttpClient,
  type HostPacer,
  type HttpOptions,
  proxiesFromEnvironment,
} from "@bale/http";
import { oci } from "@bale/oci";
import { type ClientOptions, createBale } from "@bale/sdk";
import type { CredentialProvider } from "@bale/spec";
import { storageFs } from "@bale/storage-fs";
import { storageOci } from "@bale/storage-oci";
import type { Flags } from "../definition/flags.js";
import type { Settings } from "../settings/settings.js";
import type { CommandIo } from "../terminal/command-io.js";
import { VERSION } from "../version.js";
import { absentPlugin } from "./absent-plugin.js";
import { CLOUD_STORES } from "./built-in-plugins.js";
import { certsFolders, hostCertificates } from "./certs-folder.js";
import type { Client } from "./client.js";
import { credentialSources, dockerOptions } from "./credential-sources.js";
import { credentialsFor } from "./credentials.js";
import type { Journal } from "./journal.js";
import { keptProfiles, withKeptProfiles } from "./kept-profiles.js";
import { openPluginSources } from "./open-plugin-sources.js";
import { namedRegistries, type RegistrySettingsOf, readPem, registrySettings } from "./registry-settings.js";
import type { SignIn } from "./sign-in.js";
import { environmentRoots } from "./trust-roots.js";
import { pluginRequests, userPlugins } from "./user-plugins.js";

/** A registry that the command line means, and whether the general BALE_USERNAME, BALE_PASSWORD and BALE_TOKEN are for it. */
export interface MeantRegistry {
  readonly host: string;
  readonly general: boolean;
}
export interface ComposeInput {
  readonly flags: Flags;
  readonly settings: Settings;
  readonly io: CommandIo;
  readonly cwd: string;
  readonly journal: Journal;
  readonly registries: readonly MeantRegistry[];
  /** The source of a copy, where flags with `--from-` are given for it. */
  readonly source: readonly MeantRegistry[] | undefined;
  /** In place of all others, where a command is about these very credentials. */
  readonly credentials?: ((origins: readonly string[]) => CredentialProvider) | undefined;
}

interface Side extends AsyncDisposable {
  readonly options: ClientOptions;
  readonly signIn: SignIn;
}

// Settings of connections are kept small for a host that was only slow to say hello.
const LONGEST_CONNECT_MS = 10_000;
const LEAST_CONNECTIONS = 16;

function httpOptions(
  input: ComposeInput,
  prefix: "" | "from-",
  registries: RegistrySettingsOf,
  pacer: HostPacer,
): HttpOptions {
  const { settings, io, flags, cwd, journal } = input;
  const { retries, timeoutMs, concurrency } = settings;
  const caFile = (prefix === "" ? undefined : flags.text("from-ca-file")) ?? settings.caFile;
  return {
    userAgent: `bale/${VERSION}`,
    origins: (origin, access) => registries.forOrigin(origin, access?.repository),
    pacer,
    roots: () => environmentRoots(io.env),
    proxies: proxiesFromEnvironment(io.env),
    onRetry: journal.retry,
    onWarning: journal.warning,
    maxTries: retries === undefined ? undefined : retries + 1,
    silenceMs: timeoutMs,
    connectTimeoutMs: timeoutMs === undefined ? undefined : Math.min(timeoutMs, LONGEST_CONNECT_MS),
    concurrencyPerOrigin: concurrency === undefined ? undefined : Math.max(concurrency, LEAST_CONNECTIONS),
    ca: caFile === undefined ? undefined : [readPem(caFile, cwd)],
  };
}

/** One side of a command: its own connections, credentials and TLS settings. */
async function openSide(
  input: ComposeInput,
  prefix: "" | "from-",
  meant: readonly MeantRegistry[],
  pacer: HostPacer,
): Promise<Side> {
  const { settings, io, flags, cwd, journal } = input;
  const { config: user } = settings.user;
  const hosts = new Set(meant.map(({ host }) => host));
  const folders = certsFolders(io);
  const registries = registrySettings(user, namedRegistries(hosts, flags, prefix), cwd, (names) =>
    hostCertificates(folders, names),
  );
  const shared = httpOptions(input, prefix, registries, pacer);
  const tokens = createHttpClient(shared);
  const requests = await pluginRequests(input);
  const plugins = await userPlugins(requests);
  const sources = openPluginSources({ io, journal, http: tokens, plugins, requests });
  const origins = [...hosts].map(registries.originOf);
  const files = dockerOptions({ io, cwd, registryConfig: settings.registryConfig, warn: journal.warning });
  const known = credentialSources({
    io,
    cwd,
    files,
    environmentOrigins: meant.filter(({ general }) => general).map(({ host }) => registries.originOf(host)),
    choiceOf: (origin, repository) => registries.credentialsFor(registries.hostOf(origin), repository),
    plugins: sources,
    warn: journal.warning,
  });
  const credentials =
    (prefix === "" ? input.credentials?.(origins) : undefined) ??
    (await credentialsFor({ flags, prefix, origins, io, sources: known }));
  const authorizer = createAuthorizer({
    provider: credentials,
    http: tokens,
    allowedInsecure: registries.isInsecure,
    log: journal.log,
  });
  const http = createHttpClient({ ...shared, authorizer });
  const forRegistry = withKeptProfiles(registries.forRegistry, keptProfiles(io, journal.notice));
  const options: ClientOptions = {
    plugins: [
      oci({ settings: forRegistry, fsync: settings.fsync }),
      storageFs(),
      storageOci({ settings: forRegistry }),
      ...CLOUD_STORES,
      ...plugins,
    ],
    absentPlugin: absentPlugin(requests),
    http,
    credentials,
    env: io.env,
    user: {
      defaultRegistry: settings.defaultRegistry,
      trustedStores: user.trustedStores,
      stores: user.stores,
    },
    concurrency: settings.concurrency,
    fsync: settings.fsync,
    lockTimeoutMs: settings.lockTimeoutMs,
    offline: settings.offline,
    onNotice: journal.notice,
    log: journal.log,
  };
  return {
    options,
    signIn: { originOf: registries.originOf, docker: files, sources: known },
    async [Symbol.asyncDispose]() {
      await http[Symbol.asyncDispose]();
      await tokens[Symbol.asyncDispose]();
    },
  };
}

/** The client of one command. This folder is the only place that names concrete plugins. */
export async function composeClient(input: ComposeInput): Promise<Client> {
  // Both sides of a copy may be one host, whose limits they keep together.
  const pacer = createHostPacer();
  const main = await openSide(input, "", input.registries, pacer);
  const source = input.source && (await openSide(input, "from-", input.source, pacer));
  const bale = createBale(main.options);
  return {
    bale,
    source: source?.options,
    signIn: main.signIn,
    async [Symbol.asyncDispose]() {
      await bale[Symbol.asyncDispose]();
      await main[Symbol.asyncDispose]();
      await source?.[Symbol.asyncDispose]();
    },
  };
}
