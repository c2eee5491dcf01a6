import { verify } from "node:crypto";
import { join } from "node:path";
import { cloud, failure, printed } from "@bale/tooling-cloud";
import { describe, expect, test } from "vitest";
import {
  ACCESS_TOKEN,
  at,
  folderWith,
  formOf,
  HOST,
  KEYS,
  metadata,
  NOW,
  providerOf,
  SERVICE_ACCOUNT,
  tokenReply,
  USER,
} from "./sample.testing.js";

const fileEnv = (file: string) => ({ GOOGLE_APPLICATION_CREDENTIALS: file });

describe("a credentials file", () => {
  test("of a service account gets a token for a signed assertion, until its end", async () => {
    await using folder = await folderWith("key.json", SERVICE_ACCOUNT);
    await using google = await cloud(tokenReply);
    const credential = await providerOf(google, { env: fileEnv(folder.file) }).resolve(at(HOST));
    expect(credential).toMatchObject({
      kind: "basic",
      username: "oauth2accesstoken",
      source: "GOOGLE_APPLICATION_CREDENTIALS",
      expiresAt: new Date(NOW + 3_599_000),
    });
    expect(credential?.kind === "basic" && credential.password.reveal()).toBe(ACCESS_TOKEN);
    expect(google.asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "POST https://oauth2.googleapis.com/token",
    ]);
    const { assertion = "", grant_type } = formOf(google.asked[0]);
    expect(grant_type).toBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
    const cut = assertion.lastIndexOf(".");
    const signature = Buffer.from(assertion.slice(cut + 1), "base64url");
    expect(verify("RSA-SHA256", Buffer.from(assertion.slice(0, cut)), KEYS.publicKey, signature)).toBe(true);
    expect(JSON.parse(Buffer.from(assertion.split(".")[1] ?? "", "base64url").toString())).toMatchObject({
      scope: "https://www.googleapis.com/auth/cloud-platform",
    });
  });

  test("of a user gets a token for its refresh token", async () => {
    await using folder = await folderWith("adc.json", USER);
    await using google = await cloud(tokenReply);
    expect(
      await providerOf(google, { env: fileEnv(folder.file) }).resolve(at("gcr.io", ["push"])),
    ).toBeDefined();
    expect(google.asked[0]?.url).toBe("https://oauth2.googleapis.com/token");
    expect(formOf(google.asked[0])).toEqual({
      grant_type: "refresh_token",
      client_id: USER.client_id,
      client_secret: "s3cr3t-client",
      refresh_token: "1//s3cr3t-refresh",
    });
  });

  test.each([
    ["that sends elsewhere", { ...SERVICE_ACCOUNT, token_uri: "https://evil.example/token" }, "token_uri"],
    [
      "that sends elsewhere as a user",
      { ...USER, token_uri: "http://oauth2.googleapis.com/token" },
      "token_uri",
    ],
    ["of a federated workload", { type: "external_account" }, "type external_account"],
    ["without a key", { ...SERVICE_ACCOUNT, private_key: "s3cr3t" }, "private_key is no RSA key"],
    ["that is none", "s3cr3t", "it is not JSON"],
    ["that is too long", " ".repeat(256 * 1024 + 1), "more than"],
  ])(
    "%s is a failure before anything is sent, not replaced by other credentials",
    async (_name, content, why) => {
      await using folder = await folderWith("key.json", content);
      await using google = await cloud(tokenReply);
      const error = await failure(providerOf(google, { env: fileEnv(folder.file) }).resolve(at(HOST)));
      expect(error.code).toBe("AUTH_FAILED");
      expect(error.message).toBe(`no token for ${HOST} from GOOGLE_APPLICATION_CREDENTIALS`);
      expect(error.why).toContain(why);
      expect(printed(error)).not.toMatch(/s3cr3t|PRIVATE/);
      expect(google.asked).toEqual([]);
    },
  );

  test("that is not there is one too, and a token host can be allowed", async () => {
    await using folder = await folderWith("key.json", { ...USER, token_uri: "https://token.acme.example/t" });
    await using google = await cloud(tokenReply);
    const absent = providerOf(google, { env: fileEnv(join(folder.path, "absent")) });
    expect((await failure(absent.resolve(at(HOST)))).why).toContain("cannot be read");
    const env = fileEnv(folder.file);
    await providerOf(google, { env, tokenHosts: ["token.acme.example"] }).resolve(at(HOST));
    expect(google.asked.map(({ url }) => url)).toEqual(["https://token.acme.example/t"]);
  });

  test.each([
    [SERVICE_ACCOUNT, 400, "AUTH_FAILED", "clock"],
    [USER, 400, "AUTH_FAILED", "gcloud auth application-default login"],
    [SERVICE_ACCOUNT, 500, "AUTH_SERVICE", "later"],
  ])("that Google refuses is named (%#)", async (content, status, code, fix) => {
    await using folder = await folderWith("key.json", content);
    await using google = await cloud((asked) => ({
      status,
      body: { error: "invalid_grant", error_description: `refused: ${asked.body}` },
    }));
    const error = await failure(providerOf(google, { env: fileEnv(folder.file) }).resolve(at(HOST)));
    expect(error.code).toBe(code);
    expect(error.message).toContain("GOOGLE_APPLICATION_CREDENTIALS");
    expect(error.fix).toContain(fix);
    const [header = ""] = (formOf(google.asked[0])["assertion"] ?? "none").split(".");
    expect(printed(error)).not.toContain("s3cr3t");
    expect(printed(error)).not.toContain(header);
  });
});

describe("the metadata service", () => {
  const flavor = { "metadata-flavor": "Google", "content-type": "application/json" };

  test("is asked with its header where no file is named", async () => {
    await using service = await metadata(
      (_request, response) =>
        void response
          .writeHead(200, flavor)
          .end(`{"access_token":"${ACCESS_TOKEN}","expires_in":1200,"token_type":"Bearer"}`),
    );
    await using google = await cloud(tokenReply);
    for (const options of [
      { metadataHost: service.host },
      { metadataHost: undefined, env: { GCE_METADATA_HOST: service.host } },
    ])
      expect(await providerOf(google, options).resolve(at(HOST))).toMatchObject({
        source: "the metadata service",
        expiresAt: new Date(NOW + 1_200_000),
      });
    expect(service.asked).toEqual(
      Array(2).fill("GET /computeMetadata/v1/instance/service-accounts/default/token Google"),
    );
    expect(google.asked).toEqual([]);
  });

  test.each([
    ["another cloud's", 200, {}, `{"access_token":"x","expires_in":1200}`, undefined],
    ["one without an account", 404, flavor, "", undefined],
    ["one that refuses", 403, flavor, "s3cr3t", "AUTH_FAILED"],
    ["one that is down", 503, flavor, "s3cr3t", "AUTH_SERVICE"],
    ["one that says nothing", 200, flavor, "{}", "AUTH_SERVICE"],
    ["one that says null", 200, flavor, "null", "AUTH_SERVICE"],
    [
      "one that never ends its token",
      200,
      flavor,
      `{"access_token":"s3cr3t","expires_in":1e9}`,
      "AUTH_SERVICE",
    ],
  ])("that is %s gives none", async (_name, status, headers, body, code) => {
    await using service = await metadata(
      (_request, response) => void response.writeHead(status, headers).end(body),
    );
    await using google = await cloud(tokenReply);
    const asking = providerOf(google, { metadataHost: service.host }).resolve(at(HOST));
    if (code === undefined) return expect(await asking).toBeUndefined();
    const error = await failure(asking);
    expect(error).toMatchObject({ code });
    expect(printed(error)).not.toContain("s3cr3t");
  });

  test("is on this machine or its link, whatever the environment says", async () => {
    await using google = await cloud(tokenReply);
    const env = { GCE_METADATA_HOST: "evil.example" };
    expect(
      await failure(providerOf(google, { env, metadataHost: undefined }).resolve(at(HOST))),
    ).toMatchObject({
      code: "AUTH_FAILED",
      message: `no token for ${HOST} from GCE_METADATA_HOST`,
    });
  });
});

describe("gcloud", () => {
  const program = (script: string): string => `#!${process.execPath}\n${script}\n`;

  test("comes last, and its token is kept for minutes", async () => {
    let now = NOW;
    await using folder = await folderWith(
      "gcloud",
      program(
        `if (process.argv.slice(2).join(" ") !== "auth print-access-token --quiet") process.exit(9);
         require("node:fs").appendFileSync(__dirname + "/calls", "x"); console.log("${ACCESS_TOKEN}")`,
      ),
    );
    await using google = await cloud(tokenReply);
    const provider = providerOf(google, { env: { PATH: folder.path }, now: () => now });
    expect(await provider.resolve(at(HOST))).toMatchObject({
      source: "gcloud",
      expiresAt: new Date(NOW + 300_000),
    });
    now += 239_000;
    const kept = await provider.resolve(at(HOST, ["push"]));
    expect(kept).toMatchObject({ expiresAt: new Date(NOW + 300_000) });
    now += 2000;
    expect(await provider.resolve(at(HOST))).toMatchObject({ expiresAt: new Date(now + 300_000) });
    expect(google.asked).toEqual([]);
  });

  test.each([
    [
      "nobody is signed in",
      `console.error("ERROR: You do not currently have an active account selected."); process.exit(1)`,
      undefined,
    ],
    ["it fails otherwise", `console.error("s3cr3t"); process.exit(2)`, "exit code 2"],
    ["it prints something else", `console.log("s3cr3t and more")`, "no token"],
  ])("where %s", async (_name, script, why) => {
    await using folder = await folderWith("gcloud", program(script));
    await using google = await cloud(tokenReply);
    const asking = providerOf(google, { env: { PATH: folder.path } }).resolve(at(HOST));
    if (why === undefined) return expect(await asking).toBeUndefined();
    const error = await failure(asking);
    expect(error).toMatchObject({ code: "AUTH_FAILED", message: `no token for ${HOST} from gcloud` });
    expect(error.why).toContain(why);
    expect(printed(error)).not.toContain("s3cr3t");
  });
});

describe("a registry of Google's", () => {
  test("gets nothing where nothing is configured: a pull goes on without, a push fails", async () => {
    await using google = await cloud(tokenReply);
    const provider = providerOf(google);
    expect(await provider.resolve(at(HOST))).toBeUndefined();
    expect(await failure(provider.resolve(at(HOST, ["pull", "push"])))).toMatchObject({
      code: "AUTH_FAILED",
      message: `no Google credentials for ${HOST}`,
    });
  });

  test("is asked for once for all who wait; other hosts, schemes and ports get nothing", async () => {
    await using folder = await folderWith("adc.json", USER);
    await using google = await cloud(tokenReply);
    const provider = providerOf(google, { env: fileEnv(folder.file) });
    for (const origin of [
      `http://${HOST}`,
      `https://${HOST}:8443`,
      `https://${HOST}.evil.example`,
      "https://ghcr.io",
    ])
      expect(await provider.resolve({ ...at(HOST), origin })).toBeUndefined();
    expect(google.asked).toEqual([]);
    await Promise.all([
      provider.resolve(at(HOST)),
      provider.resolve(at(HOST, ["push"])),
      provider.resolve({ ...at(HOST), repository: "acme/other/app" }),
    ]);
    expect(google.asked).toHaveLength(1);
  });
});
