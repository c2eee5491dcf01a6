import { readdirSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { BaleError } from "@bale/spec";
import { errnoOf, localError } from "@bale/workspace";

/** What a folder of certificates holds for one host: names of files. */
export interface HostCertificates {
  readonly caFiles: readonly string[];
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
}
export interface CertsPlaces {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly platform?: NodeJS.Platform | undefined;
}

const NONE: HostCertificates = { caFiles: [], certFile: undefined, keyFile: undefined };

/** The folders in which docker and podman look, the user's own first. */
export function certsFolders({ env, home, platform = process.platform }: CertsPlaces): readonly string[] {
  const xdg = env["XDG_CONFIG_HOME"];
  const config = xdg !== undefined && isAbsolute(xdg) ? xdg : join(home, ".config");
  return [
    join(config, "containers", "certs.d"),
    join(config, "docker", "certs.d"),
    join(home, ".docker", "certs.d"),
    ...(platform === "win32" ? [] : ["/etc/containers/certs.d", "/etc/docker/certs.d"]),
  ];
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    const name = errnoOf(error);
    // A folder of the system that only root may read is no business of this user's, as podman has it.
    if (name === "ENOENT" || name === "ENOTDIR" || name === "EACCES" || name === "EPERM") return [];
    throw localError(error, folder, "reading");
  }
}

function lonely(file: string, wanted: string): BaleError {
  return new BaleError({
    code: "CONFIG_INVALID",
    message: `${file} has no ${wanted} beside it`,
    why: "in a folder of certificates, NAME.cert is a client certificate, NAME.key its key, and NAME.crt an authority",
    fix: `put ${wanted} there, or, if it is an authority, call it NAME.crt`,
    context: { path: file },
  });
}

/** The first pair by name. @throws BaleError `CONFIG_INVALID` for a certificate without a key, or the reverse */
function clientPair(folder: string, names: readonly string[]): Omit<HostCertificates, "caFiles"> | undefined {
  for (const name of names) {
    const cert = /^(.+)\.cert$/.exec(name)?.[1];
    const key = /^(.+)\.key$/.exec(name)?.[1];
    if (cert !== undefined && !names.includes(`${cert}.key`)) throw lonely(join(folder, name), `${cert}.key`);
    if (key !== undefined && !names.includes(`${key}.cert`)) throw lonely(join(folder, name), `${key}.cert`);
  }
  const first = names.find((name) => name.endsWith(".cert"));
  if (first === undefined) return undefined;
  return { certFile: join(folder, first), keyFile: join(folder, first.replace(/cert$/, "key")) };
}

/**
 * What docker's and podman's folders `certs.d/HOST[:PORT]` hold: all authorities, and the client certificate of the first folder that has one.
 * `hosts` are names of one and the same host.
 * @throws BaleError `CONFIG_INVALID`, `IO`
 */
export function hostCertificates(folders: readonly string[], hosts: readonly string[]): HostCertificates {
  const found = folders
    .flatMap((folder) => hosts.map((host) => join(folder, host)))
    .map((folder) => ({ folder, names: filesIn(folder) }));
  const caFiles = found.flatMap(({ folder, names }) =>
    names.filter((name) => name.endsWith(".crt")).map((name) => join(folder, name)),
  );
  const pairs = found.flatMap(({ folder, names }) => clientPair(folder, names) ?? []);
  return caFiles.length === 0 && pairs.length === 0 ? NONE : { ...NONE, ...pairs[0], caFiles };
}
