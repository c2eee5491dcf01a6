import { BaleError, type Credential, type PluginContext, type RegistryAction, type Secret } from "@bale/spec";
import type { GcsConfig } from "../config.js";

/** With what a request is allowed. */
export type GcsAccess = { readonly kind: "anonymous" } | { readonly kind: "token"; readonly value: Secret };

export type FindAccess = (
  actions: readonly RegistryAction[],
  signal: AbortSignal | undefined,
) => Promise<GcsAccess>;

const FRESH_MS = 60_000;
const ANONYMOUS: GcsAccess = { kind: "anonymous" };
/** The user name by which Google's other services know that a password is an access token. */
const TOKEN_USER = "oauth2accesstoken";

function fromCredential(config: GcsConfig, credential: Credential | undefined): GcsAccess {
  if (!credential || credential.kind === "anonymous") return ANONYMOUS;
  if (credential.kind === "bearer") return { kind: "token", value: credential.token };
  if (credential.kind === "basic" && credential.username === TOKEN_USER)
    return { kind: "token", value: credential.password };
  throw new BaleError({
    code: "AUTH_FAILED",
    message: `the credentials for ${new URL(config.endpoint).host} cannot be used`,
    why: "Cloud Storage takes access tokens, and they hold none",
    fix: `remove them, or store an access token with the user name ${TOKEN_USER}`,
    context: { bucket: config.bucket },
  });
}

/**
 * How requests of a store are allowed: by the credentials for the store's origin, else by nobody, which is enough for public buckets. What is
 * found is kept until shortly before it ends.
 */
export function accessFinder(
  config: GcsConfig,
  context: Pick<PluginContext, "credentials" | "log">,
  now: () => number,
): FindAccess {
  const origin = config.endpoint;
  const kept = new Map<string, { readonly access: GcsAccess; readonly until: number }>();
  return async (actions, signal) => {
    if (config.publicReads && actions.every((action) => action === "pull")) return ANONYMOUS;
    const key = actions.join(" ");
    const known = kept.get(key);
    if (known && now() < known.until) return known.access;
    const credential = await context.credentials.resolve({ origin, actions }, { signal });
    const access = fromCredential(config, credential);
    const ends = credential && "expiresAt" in credential ? credential.expiresAt?.getTime() : undefined;
    kept.set(key, { access, until: (ends ?? Number.POSITIVE_INFINITY) - FRESH_MS });
    context.log("debug", "found how to ask the store", { bucket: config.bucket, kind: access.kind });
    return access;
  };
}
