import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cloud, failure, printed } from "@bale/tooling-cloud";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isGoogleStorage } from "./google-host.js";
import { googleStorageCredentials } from "./index.js";
import {
  ACCESS_TOKEN,
  at,
  folderWith,
  formOf,
  NO_METADATA,
  NOW,
  SERVICE_ACCOUNT,
  tokenReply,
  USER,
} from "./sample.testing.js";

type Options = Parameters<typeof googleStorageCredentials>[0];
const HOST = "storage.googleapis.com";

function providerOf(http: Options["http"], env: Options["env"]) {
  return googleStorageCredentials({ http, env, now: () => NOW, metadataHost: NO_METADATA });
}

describe("a host of Cloud Storage", () => {
  test.each([HOST, "storage-acme.p.googleapis.com"])("is %s", (host) => {
    expect(isGoogleStorage(host)).toBe(true);
  });
  test.each([
    "storage.googleapis.com.evil.example",
    "evilstorage.googleapis.com",
    "storage-acme.googleapis.com",
    "storage-a.b.p.googleapis.com",
    "bucket.storage.googleapis.com",
    "us-docker.pkg.dev",
    "storage.googleapis.com\n",
  ])("is not %j", (host) => {
    expect(isGoogleStorage(host)).toBe(false);
  });
});

describe("a token for Cloud Storage", () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "bale-gcloud-"));
    await mkdir(join(home, ".config", "gcloud"), { recursive: true });
  });
  afterEach(() => rm(home, { recursive: true, force: true }));
  const signIn = (content: unknown) =>
    writeFile(
      join(home, ".config", "gcloud", "application_default_credentials.json"),
      JSON.stringify(content),
    );

  test("is a service account's, before what the user signed in with", async () => {
    await using folder = await folderWith("key.json", SERVICE_ACCOUNT);
    await using google = await cloud(tokenReply);
    await signIn(USER);
    const provider = providerOf(google.http, { HOME: home, GOOGLE_APPLICATION_CREDENTIALS: folder.file });
    const credential = await provider.resolve(at(HOST, ["pull", "push"]));
    expect(credential).toMatchObject({
      kind: "bearer",
      source: "GOOGLE_APPLICATION_CREDENTIALS",
      expiresAt: new Date(NOW + 3_599_000),
    });
    expect(credential?.kind === "bearer" && credential.token.reveal()).toBe(ACCESS_TOKEN);
    expect(formOf(google.asked[0])["grant_type"]).toContain("jwt-bearer");
  });

  test("is that of the user who signed in for applications", async () => {
    await using google = await cloud(tokenReply);
    await signIn(USER);
    expect(await providerOf(google.http, { HOME: home }).resolve(at(HOST))).toMatchObject({
      source: "gcloud's application default credentials",
    });
    expect(formOf(google.asked[0])).toMatchObject({ grant_type: "refresh_token" });
    const elsewhere = { HOME: "/nowhere", CLOUDSDK_CONFIG: join(home, ".config", "gcloud") };
    expect(await providerOf(google.http, elsewhere).resolve(at(HOST))).toBeDefined();
  });

  test("that cannot be had from that file says so, and shows nothing of it", async () => {
    await using google = await cloud(() => ({ status: 400, body: { error: "invalid_grant" } }));
    await signIn(USER);
    const error = await failure(providerOf(google.http, { HOME: home }).resolve(at(HOST)));
    expect(error).toMatchObject({ code: "AUTH_FAILED", fix: "run `gcloud auth application-default login`" });
    expect(printed(error)).not.toContain("s3cr3t");
  });

  test("is for no other host, and not needed to read what may be public", async () => {
    await using google = await cloud(tokenReply);
    const provider = providerOf(google.http, { HOME: home });
    expect(await provider.resolve(at("us-docker.pkg.dev"))).toBeUndefined();
    expect(await provider.resolve(at(HOST))).toBeUndefined();
    expect(await failure(provider.resolve(at(HOST, ["pull", "push"])))).toMatchObject({
      code: "AUTH_FAILED",
      message: `no Google credentials for ${HOST}`,
    });
    expect(google.asked).toEqual([]);
  });
});
