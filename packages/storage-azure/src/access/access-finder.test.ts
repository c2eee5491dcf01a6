import { type Credential, type CredentialRequest, secret } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { configOf, KEY, NOW, STORE } from "../store.testing.js";
import { type AzureAccess, accessFinder } from "./access-finder.js";

type Env = Readonly<Record<string, string>>;

interface Asking {
  readonly env?: Env;
  readonly input?: unknown;
  readonly credential?: Credential;
}

async function find({ env = {}, input = STORE, credential }: Asking): Promise<AzureAccess> {
  const credentials = { id: "test", resolve: async () => credential };
  return accessFinder(
    configOf(input),
    { env, credentials, log: () => undefined },
    () => NOW,
  )(["pull"], undefined);
}
const shown = (access: AzureAccess): readonly string[] =>
  access.kind === "anonymous" ? [access.kind] : [access.kind, access.value.reveal(), access.source];

const usual = "https://acme.blob.core.windows.net";
const custom = { ...STORE, endpoint: "https://blobs.acme.example" };
const key = { AZURE_STORAGE_ACCOUNT: "acme", AZURE_STORAGE_KEY: KEY };

describe("the variables of Azure's tools", () => {
  it.each<[string, Env, unknown, readonly string[]]>([
    ["a key", key, STORE, ["key", KEY, "AZURE_STORAGE_KEY"]],
    [
      "a signature",
      { AZURE_STORAGE_ACCOUNT: "acme", AZURE_STORAGE_SAS_TOKEN: "?sv=1&sig=x" },
      STORE,
      ["signature", "sv=1&sig=x", "AZURE_STORAGE_SAS_TOKEN"],
    ],
    [
      "a connection string",
      { AZURE_STORAGE_CONNECTION_STRING: `AccountName=acme;AccountKey=${KEY}` },
      STORE,
      ["key", KEY, "AZURE_STORAGE_CONNECTION_STRING"],
    ],
    [
      "a connection string with an address",
      {
        AZURE_STORAGE_CONNECTION_STRING: `AccountName=acme;AccountKey=${KEY};BlobEndpoint=${custom.endpoint}/`,
      },
      custom,
      ["key", KEY, "AZURE_STORAGE_CONNECTION_STRING"],
    ],
    [
      "a key with an address",
      { ...key, AZURE_STORAGE_SERVICE_ENDPOINT: `${custom.endpoint}/` },
      custom,
      ["key", KEY, "AZURE_STORAGE_KEY"],
    ],
    [
      "a key in another cloud",
      key,
      { ...STORE, endpoint: "https://acme.blob.core.usgovcloudapi.net" },
      ["key", KEY, "AZURE_STORAGE_KEY"],
    ],
  ])("are %s", async (_, env, input, expected) => {
    expect(shown(await find({ env, input }))).toEqual(expected);
  });

  it.each<[string, Env, unknown]>([
    ["a key of another account", { ...key, AZURE_STORAGE_ACCOUNT: "other" }, STORE],
    ["a key of no account", { AZURE_STORAGE_KEY: KEY }, STORE],
    [
      "a connection string of another account",
      { AZURE_STORAGE_CONNECTION_STRING: `AccountName=other;AccountKey=${KEY}` },
      STORE,
    ],
    ["a key, for an address that the user has not named", key, custom],
    [
      "a connection string of the usual address",
      { AZURE_STORAGE_CONNECTION_STRING: `AccountName=acme;AccountKey=${KEY}` },
      custom,
    ],
    ["a key, where reads are public", key, { ...STORE, publicReads: true }],
  ])("are not used where they are %s", async (_, env, input) => {
    expect(shown(await find({ env, input }))).toEqual(["anonymous"]);
  });

  it("are named when they cannot be read, without what they hold", async () => {
    const env = { AZURE_STORAGE_CONNECTION_STRING: "AccountName=acme;AccountKe=s3cr3t" };
    const error = await find({ env }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "CONFIG_INVALID" });
    expect(JSON.stringify(error)).not.toContain("s3cr3t");
  });
});

describe("the credentials for the account's origin", () => {
  it.each<[Credential, readonly string[]]>([
    [{ kind: "bearer", token: secret("t") }, ["token", "t", "the credentials for this host"]],
    [
      { kind: "basic", username: "acme", password: secret(KEY + KEY) },
      ["key", KEY + KEY, "the credentials for this host"],
    ],
    [
      { kind: "basic", username: "any", password: secret("?sv=1&sig=a%2B") },
      ["signature", "sv=1&sig=a%2B", "the credentials for this host"],
    ],
    [{ kind: "anonymous" }, ["anonymous"]],
  ])("may be %j", async (credential, expected) => {
    expect(shown(await find({ credential }))).toEqual(expected);
  });

  it.each<Credential>([
    { kind: "identity-token", token: secret("s3cr3t") },
    { kind: "basic", username: "acme", password: secret("s3cr3t word") },
    { kind: "basic", username: "other", password: secret(KEY + KEY) },
  ])("are refused where they are %j", async (credential) => {
    const error = await find({ credential }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "AUTH_FAILED" });
    expect(JSON.stringify(error)).not.toContain("s3cr3t");
  });

  it("are asked for once, and again shortly before they end; each kind of use by itself", async () => {
    let now = NOW;
    const asked: CredentialRequest[] = [];
    const credentials = {
      id: "test",
      resolve: async (request: CredentialRequest): Promise<Credential> => {
        asked.push(request);
        return { kind: "bearer", token: secret("t"), expiresAt: new Date(now + 3_600_000) };
      },
    };
    const access = accessFinder(configOf(STORE), { env: {}, credentials, log: () => undefined }, () => now);
    await access(["pull"], undefined);
    await access(["pull"], undefined);
    await access(["pull", "push"], undefined);
    expect(asked).toEqual([
      { origin: usual, actions: ["pull"] },
      { origin: usual, actions: ["pull", "push"] },
    ]);
    now += 3_539_000;
    await access(["pull"], undefined);
    expect(asked).toHaveLength(2);
    now += 2_000;
    await access(["pull"], undefined);
    expect(asked).toHaveLength(3);
  });
});
