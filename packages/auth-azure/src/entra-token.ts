import type { CallOptions, HttpClient, PluginContext, Secret } from "@bale/spec";

/** The services, in all of Microsoft's clouds, for which tokens are asked; they may refuse those for any other. */
export const ACR_RESOURCE = "https://containerregistry.azure.net";
export const STORAGE_RESOURCE = "https://storage.azure.com";

/** All that an identity may do with a service. */
export function scopeOf(resource: string): string {
  return `${resource}/.default`;
}

/** A token of Microsoft Entra ID, and the source of what it was got with: a variable or a program, by name. */
export interface EntraToken {
  readonly token: Secret;
  readonly source: string;
}
export interface EntraRequest extends CallOptions {
  readonly http: Pick<HttpClient, "request">;
  readonly env: PluginContext["env"];
  /** The host, for messages. */
  readonly registry: string;
  /** The service that the token is for. */
  readonly resource: string;
  /** Scheme and host. */
  readonly authority: string;
  /** Host and port of the metadata service of a machine of Azure's. */
  readonly metadataHost: string;
  readonly now: () => number;
}
/** `undefined` where it is not configured on this machine. */
export type EntraSource = (request: EntraRequest) => Promise<EntraToken | undefined>;
