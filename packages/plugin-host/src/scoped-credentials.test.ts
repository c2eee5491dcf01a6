import { type CredentialRequest, secret } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { originsOf, scopedCredentials } from "./scoped-credentials.js";

describe("the origins of a configuration", () => {
  it.each([
    [{ endpoint: "https://s3.acme.example" }, ["https://s3.acme.example"]],
    [{ endpoint: "HTTPS://S3.Acme.example:443/path?x#y" }, ["https://s3.acme.example"]],
    [{ endpoint: "http://127.0.0.1:9000" }, ["http://127.0.0.1:9000"]],
    [{ endpoint: "https://user:word@acme.example/" }, ["https://acme.example"]],
    [{ registry: "ghcr.io", repository: "acme/app" }, ["https://ghcr.io", "http://ghcr.io"]],
    [{ registry: "Registry.Example:443" }, ["https://registry.example", "http://registry.example:443"]],
    [{ registry: "https://ghcr.io" }, ["https://ghcr.io"]],
    [
      { list: [{ url: "https://a.example" }, "https://b.example"] },
      ["https://a.example", "https://b.example"],
    ],
    [{ url: new URL("https://a.example/x") }, ["https://a.example"]],
  ])("%o are %o", (config, origins) => {
    expect(originsOf(config)).toEqual(origins);
  });

  it.each([
    undefined,
    null,
    7,
    "ftp://acme.example",
    "text with https://acme.example in it",
    "https://",
    { registry: "ghcr.io/acme@evil.example" },
    { registry: 7 },
    { host: "acme.example" },
  ])("%o has none", (config) => {
    expect(originsOf(config)).toEqual([]);
  });

  it("are found in a configuration that holds itself", () => {
    const config: { url: string; self?: unknown } = { url: "https://a.example" };
    config.self = config;
    expect(originsOf(config)).toEqual(["https://a.example"]);
  });
});

it("a scoped provider asks the other only for its own origins", async () => {
  const asked: string[] = [];
  const scoped = scopedCredentials(
    {
      id: "all",
      resolve: async ({ origin }) => {
        asked.push(origin);
        return { kind: "bearer", token: secret("t") };
      },
      storage: { save: async () => {}, erase: async () => true },
    },
    ["https://a.example"],
  );
  const ask = (origin: string) => scoped.resolve({ origin, actions: ["pull"] } satisfies CredentialRequest);
  expect(await ask("https://a.example")).toMatchObject({ kind: "bearer" });
  expect(await ask("https://a.example:8443")).toBeUndefined();
  expect(await ask("http://a.example")).toBeUndefined();
  expect(asked).toEqual(["https://a.example"]);
  // What a plugin may look up it may not change.
  expect(scoped.storage).toBeUndefined();
});
