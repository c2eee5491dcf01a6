import { generateKeyPairSync } from "node:crypto";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CredentialProvider, CredentialRequest } from "@bale/spec";
import type { Asked, Cloud, Reply } from "@bale/tooling-cloud";
import { type GoogleCredentialsOptions, googleCredentials } from "./google-credentials.js";

export const HOST = "us-docker.pkg.dev";
/** 2026-01-02 03:04:05 UTC. */
export const NOW = 1_767_323_045_000;
/** Nothing listens there. */
export const NO_METADATA = "127.0.0.1:9";
export const ACCESS_TOKEN = "ya29.s3cr3t-access";

export const at = (host: string, actions: CredentialRequest["actions"] = ["pull"]): CredentialRequest => ({
  origin: `https://${host}`,
  repository: "acme/models/app",
  actions,
});

export const KEYS = generateKeyPairSync("rsa", { modulusLength: 2048 });
export const SERVICE_ACCOUNT = {
  type: "service_account",
  project_id: "acme",
  private_key_id: "key-1",
  private_key: KEYS.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  client_email: "pusher@acme.iam.gserviceaccount.com",
  token_uri: "https://oauth2.googleapis.com/token",
};
export const USER = {
  type: "authorized_user",
  client_id: "764086051850.apps.googleusercontent.com",
  client_secret: "s3cr3t-client",
  refresh_token: "1//s3cr3t-refresh",
};

/** Google's token endpoint, as it answers to those who may. */
export const tokenReply = (): Reply => ({
  body: { access_token: ACCESS_TOKEN, expires_in: 3599, token_type: "Bearer" },
});
export const formOf = (asked: Asked | undefined): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(asked?.body));

export function providerOf(
  cloud: Cloud,
  options: Partial<GoogleCredentialsOptions> = {},
): CredentialProvider {
  return googleCredentials({
    http: cloud.http,
    env: {},
    now: () => NOW,
    metadataHost: NO_METADATA,
    ...options,
  });
}

export interface Folder extends AsyncDisposable {
  readonly path: string;
  readonly file: string;
}
/** A folder with one file in it: text, or a value as JSON; text that begins with `#!` can be run. */
export async function folderWith(name: string, content: unknown): Promise<Folder> {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  const path = await mkdtemp(join(tmpdir(), "bale-google-"));
  const file = join(path, name);
  await writeFile(file, text);
  if (text.startsWith("#!")) await chmod(file, 0o755);
  return { path, file, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

export interface Metadata extends AsyncDisposable {
  /** Host and port. */
  readonly host: string;
  /** Path, and the header that keeps requests from web pages out. */
  readonly asked: string[];
}
export async function metadata(answer: RequestListener): Promise<Metadata> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers["metadata-flavor"]}`);
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
