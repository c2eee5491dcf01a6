import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CredentialProvider, CredentialRequest } from "@bale/spec";
import type { Asked, Cloud, Reply } from "@bale/tooling-cloud";
import { type AcrCredentialsOptions, acrCredentials } from "./acr-credentials.js";

// Short, so that no neighbour of its name is a registry.
export const HOST = "acme1.azurecr.io";
export const STORAGE_HOST = "acme1.blob.core.windows.net";
export const TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47";
export const PRINCIPAL = {
  AZURE_CLIENT_ID: "11111111-2222-3333-4444-555555555555",
  AZURE_TENANT_ID: TENANT,
  AZURE_CLIENT_SECRET: "s3cr3t-of-app/+",
};
/** 2026-01-02 03:04:05 UTC. */
export const NOW = 1_767_323_045_000;
export const END = NOW + 3 * 3600 * 1000;
/** Nothing listens there. */
export const NO_METADATA = "127.0.0.1:9";

export const at = (host: string, actions: CredentialRequest["actions"] = ["pull"]): CredentialRequest => ({
  origin: `https://${host}`,
  repository: "acme/app",
  actions,
});

export function jwt(claims: unknown, signature = "s3cr3t-signature"): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "RS256" })}.${part(claims)}.${signature}`;
}
export const ENTRA_TOKEN: string = jwt(
  { aud: "https://containerregistry.azure.net", tid: TENANT },
  "s3cr3t-entra",
);
export const REFRESH_TOKEN: string = jwt({ exp: END / 1000, grant_type: "refresh_token" }, "s3cr3t-acr");

/** Entra ID and the registry, as they answer to those who may. */
export function azureReply(asked: Asked): Reply {
  if (asked.url.endsWith("/oauth2/exchange")) return { body: { refresh_token: REFRESH_TOKEN } };
  return { body: { token_type: "Bearer", expires_in: 3599, access_token: ENTRA_TOKEN } };
}
export const formOf = (asked: Asked | undefined): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(asked?.body));

export function providerOf(cloud: Cloud, options: Partial<AcrCredentialsOptions> = {}): CredentialProvider {
  return acrCredentials({
    http: cloud.http,
    env: PRINCIPAL,
    now: () => NOW,
    metadataHost: NO_METADATA,
    ...options,
  });
}

export interface Metadata extends AsyncDisposable {
  /** Host and port. */
  readonly host: string;
  /** URL and the headers that matter. */
  readonly asked: string[];
}
export async function metadata(answer: RequestListener): Promise<Metadata> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { metadata: flag, "x-identity-header": header } = request.headers;
    asked.push(`${request.url} ${flag ?? header}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export interface Folder extends AsyncDisposable {
  readonly path: string;
}
/** A folder with one file in it; one that begins with `#!` can be run. */
export async function folderWith(name: string, text: string): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), "bale-azure-"));
  await writeFile(join(path, name), text);
  if (text.startsWith("#!")) await chmod(join(path, name), 0o755);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
