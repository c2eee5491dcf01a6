import { cloud, failure, printed } from "@bale/tooling-cloud";
import { describe, expect, test } from "vitest";
import {
  at,
  azureReply,
  END,
  ENTRA_TOKEN,
  formOf,
  HOST,
  jwt,
  NOW,
  providerOf,
  REFRESH_TOKEN,
  TENANT,
} from "./sample.testing.js";

describe("an identity token of ACR", () => {
  test("is what the registry gives for a token of Entra ID, until it ends by its own word", async () => {
    await using azure = await cloud(azureReply);
    const credential = await providerOf(azure).resolve(at(HOST));
    expect(credential).toMatchObject({
      kind: "identity-token",
      source: "AZURE_CLIENT_SECRET",
      expiresAt: new Date(END),
    });
    expect(credential?.kind === "identity-token" && credential.token.reveal()).toBe(REFRESH_TOKEN);
    const [login, exchange] = azure.asked;
    expect(azure.asked).toHaveLength(2);
    expect(login?.url).toBe(`https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/token`);
    expect(formOf(login)).toEqual({
      grant_type: "client_credentials",
      client_id: "11111111-2222-3333-4444-555555555555",
      client_secret: "s3cr3t-of-app/+",
      scope: "https://containerregistry.azure.net/.default",
    });
    expect(exchange?.url).toBe(`https://${HOST}/oauth2/exchange`);
    expect(exchange?.headers["authorization"]).toBeUndefined();
    expect(formOf(exchange)).toEqual({
      grant_type: "access_token",
      service: HOST,
      tenant: TENANT,
      access_token: ENTRA_TOKEN,
    });
  });

  test("that does not say when it ends is renewed after an hour, and one of an unknown tenant is asked for without", async () => {
    await using azure = await cloud(() => ({ body: { refresh_token: "opaque" } }));
    const getToken = async () => ({ token: "opaque" });
    expect(await providerOf(azure, { getToken }).resolve(at(HOST))).toMatchObject({
      expiresAt: new Date(NOW + 3_600_000),
    });
    expect(Object.keys(formOf(azure.asked[0]))).toEqual(["grant_type", "service", "access_token"]);
  });

  test("is asked for once for all who wait, and again shortly before it ends", async () => {
    let now = NOW;
    await using azure = await cloud((asked) =>
      asked.url.endsWith("/exchange")
        ? { body: { refresh_token: jwt({ exp: now / 1000 + 3 * 3600 }) } }
        : azureReply(asked),
    );
    const provider = providerOf(azure, { now: () => now });
    await Promise.all([
      provider.resolve(at(HOST)),
      provider.resolve(at(HOST, ["push"])),
      provider.resolve({ ...at(HOST), repository: "acme/other" }),
    ]);
    now = END - 61_000;
    await provider.resolve(at(HOST));
    expect(azure.asked).toHaveLength(2);
    now = END - 59_000;
    await provider.resolve(at(HOST));
    expect(azure.asked).toHaveLength(4);
  });

  test("is for no other host, over no other scheme or port", async () => {
    await using azure = await cloud(azureReply);
    const provider = providerOf(azure);
    for (const origin of [
      `http://${HOST}`,
      `https://${HOST}:8443`,
      `https://${HOST}.evil.example`,
      "https://ghcr.io",
    ])
      expect(await provider.resolve({ ...at(HOST), origin })).toBeUndefined();
    expect(azure.asked).toEqual([]);
  });

  test("can be had with the getToken of a library, in place of all that is looked for", async () => {
    await using azure = await cloud(azureReply);
    const scopes: string[] = [];
    const getToken = async (scope: string) => {
      scopes.push(scope);
      return { token: ENTRA_TOKEN, expiresOnTimestamp: END };
    };
    expect(await providerOf(azure, { getToken }).resolve(at(HOST))).toMatchObject({
      source: "the getToken passed in",
    });
    expect(scopes).toEqual(["https://containerregistry.azure.net/.default"]);
    expect(azure.asked).toHaveLength(1);
  });
});

describe("a failure", () => {
  test("of Entra ID names the source and Microsoft's number for it", async () => {
    await using azure = await cloud(() => ({
      status: 401,
      body: {
        error: "invalid_client",
        error_description: "AADSTS7000215: Invalid client secret s3cr3t-of-app/+.",
      },
    }));
    const error = await failure(providerOf(azure).resolve(at(HOST)));
    expect(error).toMatchObject({
      code: "AUTH_FAILED",
      message: "login.microsoftonline.com did not accept AZURE_CLIENT_SECRET",
    });
    expect(error.why).toContain("invalid_client, AADSTS7000215");
    expect(printed(error)).not.toContain("s3cr3t");
    expect(azure.asked).toHaveLength(1);
  });

  test.each([
    [401, "AUTH_FAILED"],
    [403, "AUTH_FAILED"],
    [404, "AUTH_SERVICE"],
    [302, "AUTH_SERVICE"],
    [500, "AUTH_SERVICE"],
  ])("of the registry with %s is %s, and shows no token", async (status, code) => {
    await using azure = await cloud((asked) =>
      asked.url.endsWith("/exchange")
        ? {
            status,
            headers: { location: "https://evil.example/" },
            body: { errors: [{ code: "UNAUTHORIZED", message: "no" }] },
          }
        : azureReply(asked),
    );
    const error = await failure(providerOf(azure).resolve(at(HOST)));
    expect(error.code).toBe(code);
    expect(error.message).toContain(HOST);
    expect(error.message).toContain("AZURE_CLIENT_SECRET");
    expect(printed(error)).not.toContain("s3cr3t");
    expect(azure.asked.every(({ url }) => !url.includes("evil"))).toBe(true);
  });

  test("of a getToken that throws or gives none names it", async () => {
    await using azure = await cloud(azureReply);
    const throwing = () => Promise.reject(new Error("CredentialUnavailable: sign in\nclient_secret=s3cr3t"));
    const error = await failure(providerOf(azure, { getToken: throwing }).resolve(at(HOST)));
    expect(error).toMatchObject({ code: "AUTH_FAILED", why: "CredentialUnavailable: sign in" });
    expect(printed(error)).not.toContain("s3cr3t");
    const nothing = await failure(providerOf(azure, { getToken: async () => null }).resolve(at(HOST)));
    expect(nothing).toMatchObject({ code: "AUTH_FAILED", why: "it gave none" });
    expect(azure.asked).toEqual([]);
  });

  test("an identity that is nowhere lets a pull go on without, and nothing else", async () => {
    await using azure = await cloud(azureReply);
    const provider = providerOf(azure, { env: {} });
    expect(await provider.resolve(at(HOST))).toBeUndefined();
    expect(await failure(provider.resolve(at(HOST, ["push"])))).toMatchObject({
      code: "AUTH_FAILED",
      message: `no Azure identity for ${HOST}`,
    });
    expect(azure.asked).toEqual([]);
  });
});
