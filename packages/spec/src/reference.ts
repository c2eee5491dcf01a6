import { BaleError } from "./bale-error.js";
import { type Digest, isDigest } from "./digest.js";
import { isTag, parseTag, type Tag } from "./tag.js";

export interface RegistryReference {
  readonly kind: "registry";
  /** Host and port as written. */
  readonly registry: string;
  readonly repository: string;
  readonly tag?: Tag | undefined;
  readonly digest?: Digest | undefined;
}
export interface LayoutReference {
  readonly kind: "layout";
  readonly directory: string;
  readonly tag?: Tag | undefined;
  readonly digest?: Digest | undefined;
}
export interface ArchiveReference {
  readonly kind: "archive";
  readonly file: string;
  readonly tag?: Tag | undefined;
  readonly digest?: Digest | undefined;
}
export type Reference = RegistryReference | LayoutReference | ArchiveReference;

// Distribution spec 1.1, "Pulling manifests"; the whole name, host included, has at most 255 characters with most servers.
const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const HOST =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9a-fA-F:.]+\])(?::[0-9]{1,5})?$/;

function invalid(text: string, why: string): BaleError {
  return new BaleError({
    code: "REFERENCE_INVALID",
    message: `not a reference: ${JSON.stringify(text.slice(0, 300))}`,
    why,
    fix: "write registry/name:tag, registry/name@sha256:..., oci:DIRECTORY:tag or FILE.tar",
  });
}

/** Whether a string is a host with an optional port, free of anything that could reach a URL's other parts. */
export function isRegistryHost(text: string): boolean {
  if (text.length > 255 || !HOST.test(text)) return false;
  const port = /:([0-9]+)$/.exec(text)?.[1];
  return port === undefined || text.endsWith("]") || (Number(port) >= 1 && Number(port) <= 65_535);
}

/** Whether a string is a repository name. */
export function isRepositoryName(text: string): boolean {
  return text.length <= 255 && REPOSITORY.test(text);
}

function splitDigest(text: string, rest: string): { readonly rest: string; readonly digest?: Digest } {
  const at = rest.lastIndexOf("@");
  if (at < 0) return { rest };
  const digest = rest.slice(at + 1);
  if (!isDigest(digest)) throw invalid(text, "what follows @ is no sha256 digest");
  return { rest: rest.slice(0, at), digest };
}

function parseLayout(text: string): LayoutReference {
  const after = text.slice("oci:".length);
  // A directory may hold "@": only a whole digest at the end counts as one.
  const at = after.lastIndexOf("@");
  const digest = at >= 0 && isDigest(after.slice(at + 1)) ? (after.slice(at + 1) as Digest) : undefined;
  const rest = digest ? after.slice(0, at) : after;
  const colon = rest.lastIndexOf(":");
  const name = rest.slice(colon + 1);
  // In `oci:C:\models` a drive letter stands before the colon: what follows holds a separator, which no tag does.
  const hasTag = colon >= 0 && !/[\\/]/.test(name);
  if (hasTag && !isTag(name)) throw invalid(text, `"${name.slice(0, 140)}" is no tag`);
  const directory = hasTag ? rest.slice(0, colon) : rest;
  if (directory === "") throw invalid(text, "no directory is named after oci:");
  return {
    kind: "layout",
    directory,
    ...(hasTag ? { tag: name as Tag } : {}),
    ...(digest ? { digest } : {}),
  };
}

// A tag has no separator, so that what follows the ending of a folder's name is none.
const ARCHIVE = /^(.+\.(?:tar|tar\.gz|tgz))(?::([^/\\:@]*))?(?:@(sha256:[0-9a-f]{64}))?$/;

function parseArchive(text: string): ArchiveReference | undefined {
  const [, file, tag, digest] = ARCHIVE.exec(text) ?? [];
  if (file === undefined) return undefined;
  if (tag !== undefined && !isTag(tag)) throw invalid(text, `"${tag.slice(0, 140)}" is no tag`);
  return {
    kind: "archive",
    file,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest: digest as Digest }),
  };
}

function isHostPart(part: string): boolean {
  return part.includes(".") || part.includes(":") || part === "localhost";
}

function parseRegistry(text: string, defaultRegistry: string | undefined): RegistryReference {
  const { rest, digest } = splitDigest(text, text);
  const colon = rest.lastIndexOf(":");
  const hasTag = colon > rest.lastIndexOf("/");
  const tag = hasTag ? parseTag(rest.slice(colon + 1)) : undefined;
  let name = hasTag ? rest.slice(0, colon) : rest;
  const slash = name.indexOf("/");
  if (slash < 0 || !isHostPart(name.slice(0, slash))) {
    if (defaultRegistry === undefined)
      throw new BaleError({
        code: "REFERENCE_INVALID",
        message: `no registry in ${JSON.stringify(text.slice(0, 300))}`,
        why: "a short name is completed from defaultRegistry, which is not set",
        fix: "name the registry (ghcr.io/acme/app:v1) or run `bale config set defaultRegistry ghcr.io/acme`",
      });
    name = `${defaultRegistry.replace(/\/+$/, "")}/${name}`;
  }
  const cut = name.indexOf("/");
  const registry = name.slice(0, cut);
  const repository = name.slice(cut + 1);
  if (!isRegistryHost(registry)) throw invalid(text, `"${registry.slice(0, 100)}" is no host`);
  if (!isRepositoryName(repository))
    throw invalid(
      text,
      `"${repository.slice(0, 100)}" is no repository name: lower-case letters, digits and . _ - / between them`,
    );
  return { kind: "registry", registry, repository, ...(tag ? { tag } : {}), ...(digest ? { digest } : {}) };
}

/**
 * Reads `[registry/][namespace/]name[:tag][@sha256:...]`, `oci:DIR[:tag]` or `FILE.tar[:tag][@sha256:...]`.
 * A first part without dot and colon that is not `localhost` is no host: the name is then completed from `defaultRegistry`.
 * @throws BaleError `REFERENCE_INVALID`
 */
export function parseReference(
  text: string,
  options: { readonly defaultRegistry?: string | undefined } = {},
): Reference {
  if (text === "") throw invalid(text, "it is empty");
  if (/[\u0000-\u001f\u007f]/.test(text)) throw invalid(text, "it has a control character");
  if (text.startsWith("oci:")) return parseLayout(text);
  const archive = parseArchive(text);
  if (archive) return archive;
  if (text.includes("://")) throw invalid(text, "a reference has no scheme such as https://");
  return parseRegistry(text, options.defaultRegistry);
}

/** The text that parses to the same reference. */
export function formatReference(reference: Reference): string {
  const name =
    reference.kind === "archive"
      ? reference.file
      : reference.kind === "layout"
        ? `oci:${reference.directory}`
        : `${reference.registry}/${reference.repository}`;
  return `${name}${reference.tag ? `:${reference.tag}` : ""}${reference.digest ? `@${reference.digest}` : ""}`;
}
