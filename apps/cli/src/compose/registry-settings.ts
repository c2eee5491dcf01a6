import { resolve } from "node:path";
import { type OriginSettings, registryOrigin } from "@bale/http";
import type { MirrorPlace, RegistrySettings } from "@bale/oci";
import { BaleError } from "@bale/spec";
import {
  type MatchedRegistry,
  matchRegistry,
  parseRateLimit,
  parseRegistryKey,
  type UserConfig,
  type UserMirror,
  type UserRegistrySettings,
} from "@bale/workspace";
import type { Flags } from "../definition/flags.js";
import type { HostCertificates } from "./certs-folder.js";
import { type CredentialChoice, credentialChoice } from "./credential-choice.js";
import { readNamedFile } from "./read-named-file.js";

/** What flags say about the registries that the command line names. */
export interface NamedRegistries {
  /** Hosts as written in references. */
  readonly hosts: ReadonlySet<string>;
  readonly plainHttp: boolean;
  readonly insecure: boolean;
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
}

/** How each registry is reached. A flag counts for the registries that are named; the user's file for its hosts and namespaces. */
export interface RegistrySettingsOf {
  readonly forRegistry: (registry: string, repository?: string) => RegistrySettings;
  /** Without a repository, such as for a token service or the place that a redirect leads to, only what is said of the host counts. */
  readonly forOrigin: (origin: string, repository?: string) => OriginSettings;
  /** Whether credentials may go to an origin over plain http. */
  readonly isInsecure: (origin: string) => boolean;
  readonly originOf: (registry: string) => string;
  /** The host behind an origin, by the name that the command line or the user's file has for it. */
  readonly hostOf: (origin: string) => string;
  /** The source that the longest matching prefix names; `undefined` where none does. */
  readonly credentialsFor: (registry: string, repository?: string) => CredentialChoice | undefined;
}

export function namedRegistries(
  hosts: ReadonlySet<string>,
  flags: Flags,
  prefix: "" | "from-",
): NamedRegistries {
  return {
    hosts,
    plainHttp: flags.has(`${prefix}plain-http`),
    insecure: flags.has(`${prefix}insecure`),
    certFile: flags.text(`${prefix}cert-file`),
    keyFile: flags.text(`${prefix}key-file`),
  };
}

/** @throws BaleError `PERMISSION`, `NOT_FOUND`, `IO` */
export function readPem(file: string, cwd: string): string {
  const path = resolve(cwd, file);
  const text = readNamedFile(path).toString("utf8");
  if (text.includes("-----BEGIN ")) return text;
  throw new BaleError({
    code: "CONFIG_INVALID",
    message: `no PEM in ${path}`,
    why: "certificates and keys are read as PEM text, which begins with -----BEGIN",
    context: { path },
  });
}

interface OriginInput {
  readonly cwd: string;
  readonly settings: UserRegistrySettings;
  readonly named: NamedRegistries | undefined;
  /** What docker's folders hold for the host; asked where neither a flag nor the user's file says anything. */
  readonly found: () => HostCertificates;
}

function clientFiles({ settings, named, found }: OriginInput): Partial<HostCertificates> {
  const certFile = named?.certFile ?? settings.certFile;
  const keyFile = named?.keyFile ?? settings.keyFile;
  return certFile === undefined && keyFile === undefined ? found() : { certFile, keyFile };
}

function originSettings(input: OriginInput): OriginSettings {
  const { cwd, named, settings } = input;
  const { certFile, keyFile } = clientFiles(input);
  const caFiles = settings.caFile === undefined ? input.found().caFiles : [settings.caFile];
  const rateLimit = settings.rateLimit === undefined ? undefined : parseRateLimit(settings.rateLimit);
  return {
    insecure: named?.insecure || settings.insecure || false,
    ...(caFiles.length === 0 ? {} : { ca: caFiles.map((file) => readPem(file, cwd)) }),
    ...(certFile === undefined ? {} : { cert: readPem(certFile, cwd) }),
    ...(keyFile === undefined ? {} : { key: readPem(keyFile, cwd) }),
    ...(settings.concurrency === undefined ? {} : { concurrency: settings.concurrency }),
    ...(rateLimit === undefined ? {} : { rateLimit }),
  };
}

/** The names under which a folder of certificates may have a host. */
function folderNames(host: string, origin: string): readonly string[] {
  const url = new URL(origin);
  const port = url.port === "" ? [`${url.hostname}:443`] : [];
  return [...new Set([host, url.host, ...port])];
}

/** Every host that the user's file or the command line has something to say about. */
function knownHosts(user: UserConfig, named: NamedRegistries): ReadonlySet<string> {
  const keys = [...user.registries.keys()].map((key) => parseRegistryKey(key)?.host ?? key);
  return new Set([...keys, ...named.hosts]);
}

function mirrorPlace(mirror: string | UserMirror): readonly MirrorPlace[] {
  const { at, tags }: UserMirror = typeof mirror === "string" ? { at: mirror } : mirror;
  const place = parseRegistryKey(at);
  return place ? [{ registry: place.host, prefix: place.namespace, tags }] : [];
}

const NOTHING_SAID: MatchedRegistry = { key: undefined, settings: {} };
const NO_CERTIFICATES: HostCertificates = { caFiles: [], certFile: undefined, keyFile: undefined };

/** `certificates`: what folders of certificates hold for a host with these names. Files are read when an origin is first asked for. */
export function registrySettings(
  user: UserConfig,
  named: NamedRegistries,
  cwd: string,
  certificates: (names: readonly string[]) => HostCertificates = () => NO_CERTIFICATES,
): RegistrySettingsOf {
  const match = (registry: string, repository?: string) =>
    matchRegistry(user.registries, registry, repository);
  const plainHttp = (registry: string): boolean | undefined =>
    named.plainHttp && named.hosts.has(registry) ? true : match(registry).settings.plainHttp;
  const originOf = (registry: string): string => registryOrigin(registry, { plainHttp: plainHttp(registry) });
  const byOrigin = new Map<string, string>();
  for (const host of knownHosts(user, named)) byOrigin.set(originOf(host), host);
  const hostOf = (origin: string): string => byOrigin.get(origin) ?? new URL(origin).host;
  const known = new Map<string, OriginSettings>();
  return {
    originOf,
    hostOf,
    forRegistry: (registry, repository) => {
      const { envelope, chunkSize, mirrors } = match(registry, repository).settings;
      return {
        plainHttp: plainHttp(registry),
        envelope,
        chunkSize,
        ...(mirrors === undefined ? {} : { mirrors: mirrors.flatMap(mirrorPlace) }),
      };
    },
    forOrigin: (origin, repository) => {
      const host = hostOf(origin);
      const { key = "", settings } = byOrigin.has(origin) ? match(host, repository) : NOTHING_SAID;
      const place = `${origin} ${key}`;
      const secure = origin.startsWith("https:");
      const made =
        known.get(place) ??
        originSettings({
          cwd,
          settings,
          named: named.hosts.has(host) ? named : undefined,
          found: () => (secure ? certificates(folderNames(host, origin)) : NO_CERTIFICATES),
        });
      known.set(place, made);
      return made;
    },
    isInsecure: (origin) => {
      const host = byOrigin.get(origin);
      if (host === undefined) return false;
      const { insecure = false } = match(host).settings;
      return insecure || plainHttp(host) === true || (named.insecure && named.hosts.has(host));
    },
    credentialsFor: (registry, repository) =>
      credentialChoice(match(registry, repository).settings.credentials),
  };
}
