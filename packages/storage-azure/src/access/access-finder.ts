import {
  BaleError,
  type Credential,
  type PluginContext,
  type RegistryAction,
  type Secret,
  secret,
} from "@bale/spec";
import type { AzureConfig } from "../config.js";
import { environmentAccess } from "./environment-access.js";

/** With what a request is allowed: an account's key signs it, a shared access signature is part of its address, a token goes along. */
export type AzureAccess =
  | { readonly kind: "anonymous" }
  | { readonly kind: "key" | "signature" | "token"; readonly value: Secret; readonly source: string };

export type FindAccess = (
  actions: readonly RegistryAction[],
  signal: AbortSignal | undefined,
) => Promise<AzureAccess>;

const FRESH_MS = 60_000;
const ANONYMOUS: AzureAccess = { kind: "anonymous" };
const SIGNATURE = /^\??(?:[a-z]+=[^&\s]*&)*sig=[^&\s]+/;
const KEY = /^[A-Za-z0-9+/]{43,128}={0,2}$/;

function unusable(config: AzureConfig, why: string, fix: string): BaleError {
  return new BaleError({
    code: "AUTH_FAILED",
    message: `the credentials for the account ${config.account} cannot be used`,
    why,
    fix,
    context: { account: config.account },
  });
}

function fromCredential(config: AzureConfig, credential: Credential | undefined): AzureAccess {
  if (!credential || credential.kind === "anonymous") return ANONYMOUS;
  const source = "the credentials for this host";
  if (credential.kind === "bearer") return { kind: "token", value: credential.token, source };
  const password = credential.kind === "basic" ? credential.password.reveal() : "";
  if (SIGNATURE.test(password))
    return { kind: "signature", value: secret(password.replace(/^\?/, "")), source };
  if (credential.kind === "basic" && credential.username === config.account && KEY.test(password))
    return { kind: "key", value: credential.password, source };
  throw unusable(
    config,
    "they are neither a token, nor a shared access signature, nor the account's name with one of its keys",
    "remove them, or replace them by one of these",
  );
}

/**
 * How requests of a store are allowed: by AZURE_STORAGE_… variables that are for this account, else by the credentials for the account's
 * origin, else by nobody, which is enough for public containers. What is found is kept until shortly before it ends.
 */
export function accessFinder(
  config: AzureConfig,
  context: Pick<PluginContext, "env" | "credentials" | "log">,
  now: () => number,
): FindAccess {
  const { origin } = new URL(config.endpoint);
  const kept = new Map<string, { readonly access: AzureAccess; readonly until: number }>();
  return async (actions, signal) => {
    if (config.publicReads && actions.every((action) => action === "pull")) return ANONYMOUS;
    const own = environmentAccess(config, context.env);
    if (own) return own;
    const key = actions.join(" ");
    const known = kept.get(key);
    if (known && now() < known.until) return known.access;
    const credential = await context.credentials.resolve({ origin, actions }, { signal });
    const access = fromCredential(config, credential);
    const ends = credential && "expiresAt" in credential ? credential.expiresAt?.getTime() : undefined;
    kept.set(key, { access, until: (ends ?? Number.POSITIVE_INFINITY) - FRESH_MS });
    context.log("debug", "found how to ask the store", { account: config.account, kind: access.kind });
    return access;
  };
}
