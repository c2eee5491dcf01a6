import { BaleError, isRegistryHost, isRepositoryName } from "@bale/spec";

/** A registry as files and helpers know it. */
export interface Server {
  readonly scheme: "http" | "https";
  /** Host and port in lower case, without the scheme's own port. */
  readonly host: string;
  readonly isHub: boolean;
  /** Under which it is stored, and what a helper is asked for. */
  readonly key: string;
}

// Docker Hub is kept under this key, whatever name was used (docker/cli, `registry.IndexServer`).
export const HUB_KEY = "https://index.docker.io/v1/";
export const HUB_HOSTS: readonly string[] = ["docker.io", "index.docker.io", "registry-1.docker.io"];

/** Host and port as a URL has them; `undefined` for what is no host. */
export function normalHost(scheme: "http" | "https", host: string): string | undefined {
  if (!isRegistryHost(host) || !URL.canParse(`${scheme}://${host}`)) return undefined;
  return new URL(`${scheme}://${host}`).host;
}

/**
 * Reads an origin, or a host with an optional port, which stands for https. The whole text is checked before a URL is made of it:
 * `URL` drops line ends, and a line end in a host is how other programs were made to ask helpers for foreign credentials
 * (CVE-2020-5260, CVE-2024-50349).
 * @throws BaleError `REFERENCE_INVALID`
 */
export function parseServer(text: string): Server {
  const parts = /^(?:(https?):\/\/)?([^/]*)\/?$/i.exec(text);
  const scheme = parts?.[1]?.toLowerCase() === "http" ? "http" : "https";
  const host = normalHost(scheme, parts?.[2] ?? "");
  if (host === undefined)
    throw new BaleError({
      code: "REFERENCE_INVALID",
      message: "credentials were asked for something that is no registry",
      why: "a registry is a host with an optional port; there are other characters in this one",
    });
  const isHub = scheme === "https" && HUB_HOSTS.includes(host);
  return { scheme, host, isHub, key: isHub ? HUB_KEY : host };
}

/**
 * Under which the credentials of a namespace are stored, as podman does it (containers-auth.json(5)): `quay.io/acme`.
 * @throws BaleError `REFERENCE_INVALID`
 */
export function scopedKey(server: Server, namespace: string | undefined): string {
  if (namespace === undefined) return server.key;
  if (isRepositoryName(namespace)) return `${server.isHub ? "docker.io" : server.host}/${namespace}`;
  throw new BaleError({
    code: "REFERENCE_INVALID",
    message: `not a namespace of ${server.host}: ${JSON.stringify(namespace.slice(0, 300))}`,
    why: "a namespace is the first part of repository names: lower-case letters, digits and . _ - / between them",
  });
}
