/** What a path of the distribution API names. */
export type Route =
  | { readonly kind: "ping" }
  | { readonly kind: "catalog" }
  | { readonly kind: "tags"; readonly repository: string }
  | { readonly kind: "referrers"; readonly repository: string; readonly digest: string }
  | { readonly kind: "manifest"; readonly repository: string; readonly reference: string }
  | { readonly kind: "blob"; readonly repository: string; readonly digest: string }
  | { readonly kind: "uploads"; readonly repository: string }
  | { readonly kind: "upload"; readonly repository: string; readonly session: string };

const patterns: readonly (readonly [RegExp, (repository: string, rest: string) => Route])[] = [
  [/^\/v2\/(.+)\/tags\/(list)$/, (repository) => ({ kind: "tags", repository })],
  [/^\/v2\/(.+)\/referrers\/([^/]+)$/, (repository, digest) => ({ kind: "referrers", repository, digest })],
  [/^\/v2\/(.+)\/blobs\/(uploads)\/?$/, (repository) => ({ kind: "uploads", repository })],
  [
    /^\/v2\/(.+)\/blobs\/uploads\/([^/]+)$/,
    (repository, session) => ({ kind: "upload", repository, session }),
  ],
  [/^\/v2\/(.+)\/blobs\/([^/]+)$/, (repository, digest) => ({ kind: "blob", repository, digest })],
  [
    /^\/v2\/(.+)\/manifests\/([^/]+)$/,
    (repository, reference) => ({ kind: "manifest", repository, reference }),
  ],
];

/** Reads a path; undefined when the API has no such path. The repository name is not checked here. */
export function parseRoute(path: string): Route | undefined {
  if (path === "/v2/" || path === "/v2") return { kind: "ping" };
  if (path === "/v2/_catalog") return { kind: "catalog" };
  for (const [pattern, build] of patterns) {
    const match = pattern.exec(path);
    if (match !== null) return build(decodeSafely(match[1] ?? ""), decodeSafely(match[2] ?? ""));
  }
  return undefined;
}

const nameSegment = /^[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*$/;

/** The grammar of `<name>` (distribution spec, "Pulling manifests"), at most 255 characters. */
export function isRepositoryName(name: string): boolean {
  return name.length <= 255 && name.split("/").every((segment) => nameSegment.test(segment));
}

/** The grammar of a tag: at most 128 characters. */
export function isTag(text: string): boolean {
  return /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/.test(text);
}

function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
