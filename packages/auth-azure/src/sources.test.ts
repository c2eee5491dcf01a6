import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cloud, failure, printed } from "@bale/tooling-cloud";
import { describe, expect, test } from "vitest";
import {
  at,
  azureReply,
  ENTRA_TOKEN,
  folderWith,
  formOf,
  HOST,
  metadata,
  PRINCIPAL,
  providerOf,
  TENANT,
} from "./sample.testing.js";

const { AZURE_CLIENT_SECRET: _, ...CLIENT } = PRINCIPAL;

describe("an application", () => {
  test.each([
    ["AZURE_TENANT_ID", { AZURE_TENANT_ID: "" }, "AZURE_TENANT_ID is not set"],
    ["AZURE_CLIENT_ID", { AZURE_CLIENT_ID: undefined }, "AZURE_CLIENT_ID is not set"],
    ["a tenant", { AZURE_TENANT_ID: "../evil" }, "AZURE_TENANT_ID is no identifier of a tenant"],
    [
      "its own authority",
      { AZURE_AUTHORITY_HOST: "https://login.evil.example" },
      "AZURE_AUTHORITY_HOST is no address",
    ],
    [
      "a secure authority",
      { AZURE_AUTHORITY_HOST: "http://login.microsoftonline.com" },
      "AZURE_AUTHORITY_HOST is no address",
    ],
    [
      "a user in its authority",
      { AZURE_AUTHORITY_HOST: "https://login.microsoftonline.com@evil.example" },
      "AZURE_AUTHORITY_HOST is no address",
    ],
  ])("without %s is a failure before anything is sent", async (_name, change, why) => {
    await using azure = await cloud(azureReply);
    const error = await failure(providerOf(azure, { env: { ...PRINCIPAL, ...change } }).resolve(at(HOST)));
    expect(error.code).toBe("AUTH_FAILED");
    expect(error.message).toContain("AZURE_CLIENT_SECRET");
    expect(error.why).toContain(why);
    expect(printed(error)).not.toContain("s3cr3t");
    expect(azure.asked).toEqual([]);
  });

  test.each([
    ["acmemodels.azurecr.us", undefined, "https://login.microsoftonline.us"],
    ["acmemodels.azurecr.cn", undefined, "https://login.chinacloudapi.cn"],
    [
      "acmemodels.azurecr.cn",
      "https://login.partner.microsoftonline.cn/",
      "https://login.partner.microsoftonline.cn",
    ],
  ])("signs in for %s with authority %s at %s", async (host, named, authority) => {
    await using azure = await cloud(azureReply);
    const env = { ...PRINCIPAL, AZURE_AUTHORITY_HOST: named };
    expect(await providerOf(azure, { env }).resolve(at(host))).toBeDefined();
    expect(azure.asked.map(({ url }) => url)).toEqual([
      `${authority}/${TENANT}/oauth2/v2.0/token`,
      `https://${host}/oauth2/exchange`,
    ]);
  });

  test("with a certificate is refused, and not replaced by another identity", async () => {
    await using azure = await cloud(azureReply);
    const env = { ...CLIENT, AZURE_CLIENT_CERTIFICATE_PATH: "/cert.pem" };
    const error = await failure(providerOf(azure, { env }).resolve(at(HOST)));
    expect(error).toMatchObject({ code: "AUTH_FAILED", why: "certificates are not read" });
    expect(error.fix).toContain("getToken");
  });
});

describe("a workload", () => {
  test("signs in with the token in its file, read anew each time", async () => {
    await using folder = await folderWith("token", "s3cr3t-assertion-1\n");
    const file = join(folder.path, "token");
    await using azure = await cloud((asked, count) => (count === 1 ? { status: 503 } : azureReply(asked)));
    const env = { ...CLIENT, AZURE_FEDERATED_TOKEN_FILE: file };
    expect(await providerOf(azure, { env }).resolve(at(HOST))).toMatchObject({
      source: "AZURE_FEDERATED_TOKEN_FILE",
    });
    await writeFile(file, "s3cr3t-assertion-2");
    await providerOf(azure, { env }).resolve(at(HOST));
    expect(formOf(azure.asked[0])).toEqual({
      grant_type: "client_credentials",
      client_id: CLIENT.AZURE_CLIENT_ID,
      client_assertion: "s3cr3t-assertion-1",
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      scope: "https://containerregistry.azure.net/.default",
    });
    expect(formOf(azure.asked[3])["client_assertion"]).toBe("s3cr3t-assertion-2");
  });

  test.each(["", " \n", "x".repeat(64 * 1024 + 1)])(
    "with a file that is none (%#) is a failure",
    async (text) => {
      await using folder = await folderWith("token", text);
      await using azure = await cloud(azureReply);
      for (const file of [join(folder.path, "token"), join(folder.path, "absent"), folder.path]) {
        const env = { ...CLIENT, AZURE_FEDERATED_TOKEN_FILE: file };
        const error = await failure(providerOf(azure, { env }).resolve(at(HOST)));
        expect(error.code).toBe("AUTH_FAILED");
        expect(error.message).toContain("AZURE_FEDERATED_TOKEN_FILE");
      }
      expect(azure.asked).toEqual([]);
    },
  );
});

const answerToken =
  (body: unknown = { access_token: ENTRA_TOKEN, expires_on: "1767326645" }): Parameters<typeof metadata>[0] =>
  (_request, response) =>
    void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));

describe("a managed identity", () => {
  test("of a machine is asked of the metadata service, by its client where one is named", async () => {
    await using service = await metadata(answerToken());
    await using azure = await cloud(azureReply);
    const options = { metadataHost: service.host };
    const credential = await providerOf(azure, { ...options, env: {} }).resolve(at(HOST));
    expect(credential).toMatchObject({ source: "the managed identity of this machine" });
    await providerOf(azure, { ...options, env: { AZURE_CLIENT_ID: "one" } }).resolve(at(HOST));
    const path =
      "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fcontainerregistry.azure.net";
    expect(service.asked).toEqual([`${path} true`, `${path}&client_id=one true`]);
    expect(azure.asked.map(({ url }) => url)).toEqual(Array(2).fill(`https://${HOST}/oauth2/exchange`));
  });

  test.each([
    ["another cloud's service", 404, {}, undefined],
    ["a page of some gateway", 503, { server: "gateway" }, undefined],
    ["Azure's own without an identity", 400, { server: "IMDS/150.870.65.1854" }, undefined],
    ["Azure's own that is busy", 429, { server: "IMDS/150.870.65.1854" }, "AUTH_SERVICE"],
  ])("%s gives none", async (_name, status, headers, code) => {
    await using service = await metadata(
      (_request, response) => void response.writeHead(status, headers).end("{}"),
    );
    await using azure = await cloud(azureReply);
    const asking = providerOf(azure, { env: {}, metadataHost: service.host }).resolve(at(HOST));
    if (code === undefined) expect(await asking).toBeUndefined();
    else expect(await failure(asking)).toMatchObject({ code });
  });

  test("of an app is asked of its own endpoint, with its header", async () => {
    await using service = await metadata(answerToken());
    await using azure = await cloud(azureReply);
    const env = { IDENTITY_ENDPOINT: `http://${service.host}/MSI/token/`, IDENTITY_HEADER: "s3cr3t-header" };
    expect(await providerOf(azure, { env }).resolve(at(HOST))).toMatchObject({ source: "IDENTITY_ENDPOINT" });
    expect(service.asked).toEqual([
      "/MSI/token/?api-version=2019-08-01&resource=https%3A%2F%2Fcontainerregistry.azure.net s3cr3t-header",
    ]);
  });

  test.each([
    ["http://evil.example/token", "AUTH_FAILED"],
    ["https://127.0.0.1/token", "AUTH_FAILED"],
    ["nonsense", "AUTH_FAILED"],
    ["http://127.0.0.1:9/token", "AUTH_SERVICE"],
  ])("of an app is %s asked: %s", async (endpoint, code) => {
    await using azure = await cloud(azureReply);
    const env = { IDENTITY_ENDPOINT: endpoint, IDENTITY_HEADER: "s3cr3t-header" };
    const error = await failure(providerOf(azure, { env }).resolve(at(HOST)));
    expect(error).toMatchObject({ code });
    expect(printed(error)).not.toContain("s3cr3t");
  });

  test.each([
    [400, "{}", "AUTH_FAILED"],
    [500, "{}", "AUTH_SERVICE"],
    [200, "{}", "AUTH_FAILED"],
    [200, "no json", "AUTH_FAILED"],
    [200, "null", "AUTH_FAILED"],
  ])("of an app that answers %s %s is %s", async (status, body, code) => {
    await using service = await metadata((_request, response) => void response.writeHead(status).end(body));
    await using azure = await cloud(azureReply);
    const env = { IDENTITY_ENDPOINT: `http://${service.host}/`, IDENTITY_HEADER: "s3cr3t-header" };
    expect(await failure(providerOf(azure, { env }).resolve(at(HOST)))).toMatchObject({ code });
  });
});

describe("az", () => {
  const program = (script: string): string => `#!${process.execPath}\n${script}\n`;

  test("gives the token of whoever is signed in", async () => {
    await using folder = await folderWith(
      "az",
      program(
        `const wanted = "account get-access-token --scope https://containerregistry.azure.net/.default --output json";
         if (process.argv.slice(2).join(" ") !== wanted) process.exit(9);
         console.log(JSON.stringify({ accessToken: ${JSON.stringify(ENTRA_TOKEN)}, tokenType: "Bearer" }))`,
      ),
    );
    await using azure = await cloud(azureReply);
    expect(await providerOf(azure, { env: { PATH: folder.path } }).resolve(at(HOST))).toMatchObject({
      source: "az",
    });
    expect(formOf(azure.asked[0])["access_token"]).toBe(ENTRA_TOKEN);
  });

  test.each([
    [
      "nobody is signed in",
      `console.error("ERROR: Please run 'az login' to setup account."); process.exit(1)`,
      undefined,
    ],
    [
      "the session has ended",
      `console.error("AADSTS700082: expired s3cr3t. Please run: az login"); process.exit(1)`,
      "exit code 1",
    ],
    ["it fails otherwise", `console.error("s3cr3t"); process.exit(2)`, "exit code 2"],
    ["it prints something else", `console.log("s3cr3t")`, "has no token"],
  ])("where %s", async (_name, script, why) => {
    await using folder = await folderWith("az", program(script));
    await using azure = await cloud(azureReply);
    const asking = providerOf(azure, { env: { PATH: folder.path } }).resolve(at(HOST));
    if (why === undefined) return expect(await asking).toBeUndefined();
    const error = await failure(asking);
    expect(error).toMatchObject({ code: "AUTH_FAILED", message: `az gave no token for ${HOST}` });
    expect(error.why).toContain(why);
    expect(printed(error)).not.toContain("s3cr3t");
  });
});
