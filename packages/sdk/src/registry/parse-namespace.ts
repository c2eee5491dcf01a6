import { BaleError, isRegistryHost, isRepositoryName } from "@bale/spec";

/** A registry, or the part of it whose repositories begin with a name. */
export interface Namespace {
  /** Host and port as written. */
  readonly registry: string;
  /** `acme` or `acme/models`; `undefined` for the whole registry. */
  readonly namespace: string | undefined;
}

function isHostPart(part: string): boolean {
  return part.includes(".") || part.includes(":") || part === "localhost";
}

/**
 * Reads `HOST[/NAMESPACE]`. A first part without dot and colon that is not `localhost` is no host: it is then below `defaultRegistry`, which is
 * also meant where nothing is named.
 * @throws BaleError `REFERENCE_INVALID`
 */
export function parseNamespace(text: string | undefined, defaultRegistry: string | undefined): Namespace {
  const base = defaultRegistry?.replace(/\/+$/, "");
  const written = text?.replace(/\/+$/, "");
  const [first = ""] = (written ?? "").split("/");
  const whole = written === undefined ? base : isHostPart(first) ? written : base && `${base}/${written}`;
  if (whole === undefined)
    throw new BaleError({
      code: "REFERENCE_INVALID",
      message:
        written === undefined
          ? "no registry is named"
          : `no registry in ${JSON.stringify(written.slice(0, 300))}`,
      why: "what is left out is completed from defaultRegistry, which is not set",
      fix: "name the registry (ghcr.io or ghcr.io/acme), or run `bale config set defaultRegistry ghcr.io/acme`",
    });
  const slash = whole.indexOf("/");
  const registry = slash < 0 ? whole : whole.slice(0, slash);
  const namespace = slash < 0 ? undefined : whole.slice(slash + 1);
  if (isRegistryHost(registry) && (namespace === undefined || isRepositoryName(namespace)))
    return { registry, namespace };
  throw new BaleError({
    code: "REFERENCE_INVALID",
    message: `not a registry or a namespace: ${JSON.stringify(whole.slice(0, 300))}`,
    why: isRegistryHost(registry)
      ? "a namespace is lower-case letters, digits and . _ - / between them, without a tag"
      : "a registry is a host with an optional port, without a scheme such as https://",
    fix: "write ghcr.io, localhost:5000 or ghcr.io/acme",
  });
}
