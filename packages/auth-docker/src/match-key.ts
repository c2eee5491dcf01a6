import { HUB_HOSTS, normalHost, type Server } from "./parse-server.js";

interface ConfigKey {
  readonly scheme: "http" | "https" | undefined;
  readonly host: string;
  /** `org/repo` of `quay.io/org/repo`, in parts. */
  readonly scope: readonly string[];
}

// Old versions of docker wrote `https://host/v1/`. A podman key may be a namespace named v1, which has no slash behind it.
function isLegacyPath(path: string, scheme: string | undefined, host: string): boolean {
  if (/^\/?$/.test(path) || /^\/v[12]\/$/.test(path)) return true;
  return /^\/v[12]$/.test(path) && (scheme !== undefined || HUB_HOSTS.includes(host));
}

function parseKey(key: string): ConfigKey | undefined {
  const parts = /^(?:(https?):\/\/)?([^/]+)(\/.*)?$/i.exec(key);
  if (!parts) return undefined;
  const [, given, written = "", path = ""] = parts;
  const host = written.toLowerCase();
  const scheme = given === undefined ? undefined : given.toLowerCase() === "http" ? "http" : "https";
  const scope = isLegacyPath(path, scheme, host) ? [] : path.slice(1).replace(/\/$/, "").split("/");
  return { scheme, host, scope };
}

/** How long the part of the repository is that a key of `auths` or `credHelpers` covers; `undefined` when the key is for something else. */
export function matchKey(key: string, server: Server, repository: string | undefined): number | undefined {
  const parsed = parseKey(key);
  if (!parsed) return undefined;
  // What was stored for https does not go to a plain-text namesake.
  if (parsed.scheme === "https" && server.scheme === "http") return undefined;
  const host = normalHost(parsed.scheme ?? server.scheme, parsed.host);
  const isHost = host === server.host || (server.isHub && host !== undefined && HUB_HOSTS.includes(host));
  if (!isHost) return undefined;
  const wanted = repository?.split("/") ?? [];
  return parsed.scope.every((part, index) => part === wanted[index]) ? parsed.scope.length : undefined;
}

/** Keys for a server and a repository: the longest part first, then the spelling in use today, then in the file's order. */
export function matchingKeys(
  keys: Iterable<string>,
  server: Server,
  repository: string | undefined,
): readonly string[] {
  const exact = (key: string): number => (key === server.key ? 1 : 0);
  return [...keys]
    .flatMap((key) => {
      const length = matchKey(key, server, repository);
      return length === undefined ? [] : [{ key, length }];
    })
    .sort((a, b) => b.length - a.length || exact(b.key) - exact(a.key))
    .map(({ key }) => key);
}

/** Keys for exactly this part of a server, in each spelling of it; without a namespace, for the server as a whole. */
export function exactKeys(
  keys: Iterable<string>,
  server: Server,
  namespace: string | undefined,
): readonly string[] {
  const length = namespace?.split("/").length ?? 0;
  return matchingKeys(keys, server, namespace).filter((key) => matchKey(key, server, namespace) === length);
}

/** The part of a server that a key is for: `acme/app` of `quay.io/acme/app`; `undefined` for the whole of it, and for other servers. */
export function namespaceOf(key: string, server: Server): string | undefined {
  const scope = parseKey(key)?.scope.join("/") ?? "";
  return scope !== "" && matchKey(key, server, scope) !== undefined ? scope : undefined;
}
