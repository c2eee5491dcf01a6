import { BaleError, type HttpClient, type PluginContext } from "@bale/spec";
import { applicationCredentials, userCredentials } from "./application-credentials.js";
import { gcloudToken } from "./gcloud-token.js";
import type { GoogleSource, GoogleToken } from "./google-token.js";
import { metadataToken } from "./metadata-token.js";

export interface GoogleOptions {
  /** Must have no authorizer that adds headers of its own to requests without `access`. */
  readonly http: Pick<HttpClient, "request">;
  readonly env: PluginContext["env"];
  readonly log?: PluginContext["log"] | undefined;
  /** Host and port of the metadata service, on this machine or its link. Default GCE_METADATA_HOST, else 169.254.169.254. */
  readonly metadataHost?: string | undefined;
  /** Hosts beside those of googleapis.com to which a credentials file may send what it holds, over https. */
  readonly tokenHosts?: readonly string[] | undefined;
  /** Wall-clock milliseconds: assertions are dated. */
  readonly now?: (() => number) | undefined;
}

/** For registries, whose own helpers ask gcloud. */
export const REGISTRY_SOURCES: readonly GoogleSource[] = [applicationCredentials, metadataToken, gcloudToken];
/** The order of Google's application default credentials, and gcloud at the end. */
export const STORAGE_SOURCES: readonly GoogleSource[] = [
  applicationCredentials,
  userCredentials,
  metadataToken,
  gcloudToken,
];

/** Nothing of what could sign in was found. */
export function noIdentity(host: string): BaleError {
  return new BaleError({
    code: "AUTH_FAILED",
    message: `no Google credentials for ${host}`,
    why: "looked for GOOGLE_APPLICATION_CREDENTIALS, a metadata service and a signed-in gcloud",
    fix: "run `gcloud auth login`, or set GOOGLE_APPLICATION_CREDENTIALS to a service account's key file",
    context: { registry: host },
  });
}

/** A token of whoever this machine speaks for, the first that is found. @throws BaleError `AUTH_FAILED`, `AUTH_SERVICE`, `INTERRUPTED` */
export async function findToken(
  host: string,
  sources: readonly GoogleSource[],
  options: GoogleOptions,
  signal: AbortSignal | undefined,
): Promise<GoogleToken | undefined> {
  const { env, http, log, metadataHost, tokenHosts = [], now = Date.now } = options;
  for (const source of sources) {
    const found = await source({ http, env, registry: host, metadataHost, tokenHosts, now, signal });
    if (!found) continue;
    log?.("debug", "got a token from Google", { host, source: found.source });
    return found;
  }
  return undefined;
}
