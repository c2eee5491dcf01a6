import { resolve } from "node:path";
import { type OriginSettings, registryOrigin } from "@bale/http";
import type { RegistrySettings } from "@bale/oci";
import { BaleError } from "@bale/spec";
import type { UserConfig, UserRegistrySettings } from "@bale/workspace";
import type { Flags } from "../definition/flags.js";
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

/** How each registry is reached. A flag counts for the registries that are named; the user's file for its hosts. */
export interface RegistrySettingsOf {
  readonly forRegistry: (registry: string) => RegistrySettings;
  readonly forOrigin: (origin: string) => OriginSettings;
  /** Whether credentials may go to an origin over plain http. */
  readonly isInsecure: (origin: string) => boolean;
  readonly originOf: (registry: string) => string;
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

function tlsOf(
  cwd: string,
  settings: UserRegistrySettings,
  named: NamedRegistries | undefined,
): OriginSettings {
  const certFile = named?.certFile ?? settings.certFile;
  const keyFile = named?.keyFile ?? settings.keyFile;
  return {
    insecure: named?.insecure || settings.insecure || false,
    ...(settings.caFile === undefined ? {} : { ca: [readPem(settings.caFile, cwd)] }),
    ...(certFile === undefined ? {} : { cert: readPem(certFile, cwd) }),
    ...(keyFile === undefined ? {} : { key: readPem(keyFile, cwd) }),
    ...(settings.concurrency === undefined ? {} : { concurrency: settings.concurrency }),
  };
}

export function registrySettings(user: UserConfig, named: NamedRegistries, cwd: string): RegistrySettingsOf {
  const plainHttp = (registry: string): boolean | undefined =>
    named.plainHttp && named.hosts.has(registry) ? true : user.registries.get(registry)?.plainHttp;
  const originOf = (registry: string): string => registryOrigin(registry, { plainHttp: plainHttp(registry) });
  const hosts = [...new Set([...named.hosts, ...user.registries.keys()])];
  const byOrigin = new Map<string, string>();
  for (const host of hosts) byOrigin.set(originOf(host), host);
  const known = new Map<string, OriginSettings>();
  return {
    originOf,
    forRegistry: (registry) => {
      const { envelope, chunkSize } = user.registries.get(registry) ?? {};
      return { plainHttp: plainHttp(registry), envelope, chunkSize };
    },
    forOrigin: (origin) => {
      const host = byOrigin.get(origin);
      if (host === undefined) return {};
      const settings =
        known.get(origin) ??
        tlsOf(cwd, user.registries.get(host) ?? {}, named.hosts.has(host) ? named : undefined);
      known.set(origin, settings);
      return settings;
    },
    isInsecure: (origin) => {
      const host = byOrigin.get(origin);
      if (host === undefined) return false;
      const { insecure = false } = user.registries.get(host) ?? {};
      return insecure || plainHttp(host) === true || (named.insecure && named.hosts.has(host));
    },
  };
}
