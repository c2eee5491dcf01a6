import { BaleError, type CallOptions, type HttpClient, type PluginContext, type Secret } from "@bale/spec";

/** An access token of Google's, and the source of what it was got with: a variable, a file's kind or a program, by name. */
export interface GoogleToken {
  readonly token: Secret;
  readonly expiresAt: Date;
  readonly source: string;
}
export interface GoogleRequest extends CallOptions {
  readonly http: Pick<HttpClient, "request">;
  readonly env: PluginContext["env"];
  /** The registry, for messages. */
  readonly registry: string;
  /** Host and port of the metadata service; `undefined` for what the environment says, else the usual one. */
  readonly metadataHost: string | undefined;
  /** Hosts beside Google's own to which a credentials file may send what it holds. */
  readonly tokenHosts: readonly string[];
  readonly now: () => number;
}
/** `undefined` where it is not configured on this machine. */
export type GoogleSource = (request: GoogleRequest) => Promise<GoogleToken | undefined>;

/** A source that is configured and cannot be used. */
export function unusable(
  { registry }: GoogleRequest,
  source: string,
  why: string,
  fix: string,
  code: "AUTH_FAILED" | "AUTH_SERVICE" = "AUTH_FAILED",
): BaleError {
  return new BaleError({
    code,
    message: `no token for ${registry} from ${source}`,
    why,
    fix,
    context: { registry, source },
  });
}
