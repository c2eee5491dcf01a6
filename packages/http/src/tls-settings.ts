import type { SecureContext } from "node:tls";
import { BaleError } from "@bale/spec";
import type { OriginSettings, TrustRoots } from "./http-options.js";

/** For a connection; nothing where Node's own settings are right. */
export interface TlsSettings {
  readonly secureContext?: SecureContext;
  readonly rejectUnauthorized?: boolean;
}
export interface TlsInput {
  readonly origin: string;
  readonly settings: OriginSettings;
  /** Trusted for every origin, beside the roots. */
  readonly ca: readonly string[];
  readonly roots: TrustRoots;
}

type Tls = typeof import("node:tls") & {
  // From Node 22.15 on. What the environment added is part of the default set.
  readonly getCACertificates?: (type: "default") => readonly string[];
};

function rootsOf(tls: Tls, { instead, extra = [] }: TrustRoots): readonly string[] {
  const own = instead ?? tls.getCACertificates?.("default") ?? tls.rootCertificates;
  return [...own, ...extra];
}

function unusable(origin: string, cause: unknown): BaleError {
  return new BaleError({
    code: "CONFIG_INVALID",
    message: `the certificates that are set for ${new URL(origin).host} cannot be used`,
    why: cause instanceof Error ? cause.message : undefined,
    fix: "check that the client certificate and its key belong together, and that each file is PEM without a password",
    context: { origin },
    cause,
  });
}

function half(origin: string, given: "certificate" | "key"): BaleError {
  return new BaleError({
    code: "CONFIG_INVALID",
    message: `only the ${given} of a client certificate is set for ${new URL(origin).host}`,
    why: "a server asks for both: the certificate is shown, and the key proves whose it is",
    fix: "name both files: --cert-file and --key-file, or certFile and keyFile in the configuration",
    context: { origin },
  });
}

/**
 * Named authorities add to the roots; naming none, and nothing instead of the roots, leaves Node's default, NODE_EXTRA_CA_CERTS included. The
 * context is made once for all connections: reading 144 roots takes 26 ms.
 * @throws BaleError `CONFIG_INVALID`
 */
export async function tlsSettings({ origin, settings, ca, roots }: TlsInput): Promise<TlsSettings> {
  const { cert, key, insecure } = settings;
  const added = [...ca, ...(settings.ca ?? [])];
  const ownRoots = added.length > 0 || roots.instead !== undefined;
  const skip = insecure ? { rejectUnauthorized: false } : {};
  if (!ownRoots && cert === undefined && key === undefined) return skip;
  if ((cert === undefined) !== (key === undefined))
    throw half(origin, cert === undefined ? "key" : "certificate");
  const tls: Tls = await import("node:tls");
  try {
    const secureContext = tls.createSecureContext({
      ...(ownRoots ? { ca: [...rootsOf(tls, roots), ...added] } : {}),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    });
    return { secureContext, ...skip };
  } catch (error) {
    throw unusable(origin, error);
  }
}
