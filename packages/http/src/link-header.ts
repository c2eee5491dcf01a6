/** One entry of a `Link` header (RFC 8288). */
export interface Link {
  /** As written; relative to the URL that was asked. */
  readonly target: string;
  /** Names in lower case. */
  readonly parameters: Readonly<Record<string, string>>;
}

// Registries quote parameters or do not: olareg sends rel=next.
const LINK = /<([^<>]*)>((?:\s*;\s*[^\s=;,]+\s*(?:=\s*(?:"(?:[^"\\]|\\.)*"|[^\s";,]*))?)*)/g;
const PARAMETER = /;\s*([^\s=;,]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s";,]*)))?/g;
const MAX_LENGTH = 16_384;

/** All links of a header, in order; parts that are no link are skipped. Headers over 16 KiB have none. */
export function parseLinks(header: string | undefined): readonly Link[] {
  if (header === undefined || header.length > MAX_LENGTH) return [];
  const links: Link[] = [];
  for (const [, target = "", rest = ""] of header.matchAll(LINK)) {
    const parameters: Record<string, string> = Object.create(null) as Record<string, string>;
    for (const [, name = "", quoted, bare] of rest.matchAll(PARAMETER)) {
      const key = name.toLowerCase();
      // RFC 8288 section 3.3: of several `rel` the first counts.
      parameters[key] ??= quoted === undefined ? (bare ?? "") : quoted.replace(/\\(.)/g, "$1");
    }
    links.push({ target, parameters });
  }
  return links;
}

/** The target of the link with `rel="next"`, as written, or `undefined`. */
export function parseLinkHeader(header: string | undefined): string | undefined {
  return parseLinks(header).find((link) =>
    (link.parameters["rel"] ?? "").toLowerCase().split(/\s+/).includes("next"),
  )?.target;
}
