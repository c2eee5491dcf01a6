import { cloud, failure, printed } from "@bale/tooling-cloud";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { azureStorageCredentials } from "./index.js";
import {
  at,
  azureReply,
  formOf,
  jwt,
  metadata,
  NO_METADATA,
  NOW,
  PRINCIPAL,
  STORAGE_HOST,
} from "./sample.testing.js";
import { parseStorageHost } from "./storage-host.js";

type Options = Parameters<typeof azureStorageCredentials>[0];

function providerOf(http: Options["http"], changes: Partial<Options> = {}) {
  return azureStorageCredentials({
    http,
    env: PRINCIPAL,
    now: () => NOW,
    metadataHost: NO_METADATA,
    ...changes,
  });
}

describe("the host of an account", () => {
  test.each([
    ["acme.blob.core.windows.net", "https://login.microsoftonline.com"],
    ["acme.blob.core.chinacloudapi.cn", "https://login.chinacloudapi.cn"],
    ["acme.blob.core.usgovcloudapi.net", "https://login.microsoftonline.us"],
  ])("%s has its identities at %s", (host, authority) => {
    expect(parseStorageHost(host)).toEqual({ authority });
  });

  test.each([
    "blob.core.windows.net",
    "acme.blob.core.windows.net.evil.example",
    "acme.queue.core.windows.net",
    "a-b.blob.core.windows.net",
    "ACME.blob.core.windows.net",
    "acme.blob.core.windows.net\n",
    "acme.privatelink.blob.core.windows.net",
  ])("is not %j", (host) => {
    expect(parseStorageHost(host)).toBeUndefined();
  });

  test("is one label below Microsoft's domain, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), (text) => {
        const host = `${text}.blob.core.windows.net`;
        if (parseStorageHost(host)) expect(new URL(`https://${host}/`).host).toBe(host);
      }),
    );
  });
});

describe("a token for Blob Storage", () => {
  test("is Entra ID's own, for storage and nothing else, until it ends", async () => {
    const token = jwt({ exp: NOW / 1000 + 3600 });
    await using azure = await cloud(() => ({ body: { access_token: token, expires_in: 3599 } }));
    const credential = await providerOf(azure.http).resolve(at(STORAGE_HOST));
    expect(credential).toMatchObject({
      kind: "bearer",
      source: "AZURE_CLIENT_SECRET",
      expiresAt: new Date(NOW + 3_600_000),
    });
    expect(credential?.kind === "bearer" && credential.token.reveal()).toBe(token);
    expect(azure.asked).toHaveLength(1);
    expect(formOf(azure.asked[0])["scope"]).toBe("https://storage.azure.com/.default");
  });

  test("can be had from a managed identity, and with the getToken of a library", async () => {
    await using azure = await cloud(azureReply);
    await using machine = await metadata((_, response) =>
      response.end(JSON.stringify({ access_token: "opaque" })),
    );
    const provider = providerOf(azure.http, { env: {}, metadataHost: machine.host });
    expect(await provider.resolve(at(STORAGE_HOST))).toMatchObject({ expiresAt: new Date(NOW + 1_800_000) });
    expect(machine.asked[0]).toContain("resource=https%3A%2F%2Fstorage.azure.com");
    const scopes: string[] = [];
    const getToken = async (scope: string) => {
      scopes.push(scope);
      return { token: "opaque" };
    };
    await providerOf(azure.http, { getToken }).resolve(at(STORAGE_HOST));
    expect(scopes).toEqual(["https://storage.azure.com/.default"]);
    expect(azure.asked).toEqual([]);
  });

  test("is for no other host, and not needed to read what may be public", async () => {
    await using azure = await cloud(azureReply);
    const provider = providerOf(azure.http, { env: {} });
    expect(await provider.resolve(at("acmemodels.azurecr.io"))).toBeUndefined();
    expect(await provider.resolve(at(STORAGE_HOST))).toBeUndefined();
    const error = await failure(provider.resolve(at(STORAGE_HOST, ["pull", "push"])));
    expect(error).toMatchObject({ code: "AUTH_FAILED", message: `no Azure identity for ${STORAGE_HOST}` });
    expect(azure.asked).toEqual([]);
  });

  test("that Entra ID refuses names the variable and shows no secret", async () => {
    await using azure = await cloud(() => ({ status: 401, body: { error: "invalid_client" } }));
    const error = await failure(providerOf(azure.http).resolve(at(STORAGE_HOST)));
    expect(error.code).toBe("AUTH_FAILED");
    expect(printed(error)).not.toContain("s3cr3t");
  });
});
