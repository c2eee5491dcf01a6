import { registryCredentials } from "@bale/auth";
import { BaleError, type CredentialProvider, type HttpClient, type PluginContext } from "@bale/spec";
import { applicationCredentials } from "./application-credentials.js";
import { gcloudToken } from "./gcloud-token.js";
import { isGoogleRegistry } from "./google-host.js";
import type { GoogleRequest, GoogleSource } from "./google-token.js";
import { metadataToken } from "./metadata-token.js";

export interface GoogleCredentialsOptions {
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

const SOURCES: readonly GoogleSource[] = [applicationCredentials, metadataToken, gcloudToken];

function missing(host: string): BaleError {
  return new BaleError({
    code: "AUTH_FAILED",
    message: `no Google credentials for ${host}`,
    why: "looked for GOOGLE_APPLICATION_CREDENTIALS, a metadata service and a signed-in gcloud",
    fix: "run `gcloud auth login`, or set GOOGLE_APPLICATION_CREDENTIALS to a service account's key file",
    context: { registry: host },
  });
}

/**
 * Access tokens for Google Artifact Registry and the gcr.io names, each for up to an hour. Nothing is answered for other hosts, nor
 * for a pull where no credentials are configured: a repository may be public.
 * `resolve` @throws BaleError `AUTH_FAILED`, `AUTH_SERVICE`, `INTERRUPTED`
 */
export function googleCredentials(options: GoogleCredentialsOptions): CredentialProvider {
  const { env, http, log, metadataHost, tokenHosts = [], now = Date.now } = options;
  return registryCredentials({
    id: "google",
    serves: isGoogleRegistry,
    mayBePublic: () => true,
    missing,
    now,
    obtain: async (registry, { signal }) => {
      const request: GoogleRequest = { http, env, registry, metadataHost, tokenHosts, now, signal };
      for (const source of SOURCES) {
        const found = await source(request);
        if (!found) continue;
        log?.("debug", "got a token from Google", { registry, source: found.source });
        const { expiresAt, token } = found;
        // The user name by which the registries know that the password is an access token.
        return {
          kind: "basic",
          username: "oauth2accesstoken",
          password: token,
          expiresAt,
          source: found.source,
        };
      }
      return undefined;
    },
  });
}
