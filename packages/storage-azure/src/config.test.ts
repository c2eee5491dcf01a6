import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { azureConfig } from "./config.js";
import { storageAzure } from "./plugin.js";
import { configOf } from "./store.testing.js";
import { describeStore, trustOf } from "./trust.js";

const good = { type: "azure", account: "acme", container: "models" };
const usual = "https://acme.blob.core.windows.net";

describe("a store in Azure Blob Storage", () => {
  it.each([
    good,
    { ...good, prefix: "team/models.v2/x_y-z" },
    { ...good, container: "a-1-b" },
    { ...good, endpoint: "https://acme.blob.core.usgovcloudapi.net" },
    { ...good, endpoint: "https://blobs.acme.example:8443" },
    { ...good, endpoint: "http://127.0.0.1:10000/acme" },
    { ...good, publicReads: true, tier: "cool" },
  ])("may be %j", (config) => {
    expect(azureConfig.parse(config)).toEqual({ ok: true, value: { endpoint: usual, ...config } });
  });

  it.each([
    [{ ...good, type: "s3" }, ["type"]],
    [{ ...good, account: "Acme" }, ["account"]],
    [{ ...good, account: "ac" }, ["account"]],
    [{ ...good, account: "acme.evil" }, ["account"]],
    [{ ...good, account: 5 }, ["account"]],
    [{ ...good, container: "mo" }, ["container"]],
    [{ ...good, container: "$root" }, ["container"]],
    [{ ...good, container: "a--b" }, ["container"]],
    [{ ...good, container: "-abc" }, ["container"]],
    [{ ...good, container: "models/x" }, ["container"]],
    [{ ...good, container: "a".repeat(64) }, ["container"]],
    [{ ...good, prefix: "" }, ["prefix"]],
    [{ ...good, prefix: "../x" }, ["prefix"]],
    [{ ...good, prefix: "a/" }, ["prefix"]],
    [{ ...good, prefix: "a./b" }, ["prefix"]],
    [{ ...good, prefix: "a b" }, ["prefix"]],
    [{ ...good, prefix: "a".repeat(257) }, ["prefix"]],
    [{ ...good, endpoint: "ftp://acme.example" }, ["endpoint"]],
    [{ ...good, endpoint: "https://user:pw@acme.example" }, ["endpoint"]],
    [{ ...good, endpoint: "https://acme.example?sig=x" }, ["endpoint"]],
    [{ ...good, endpoint: "https://acme.example/other" }, ["endpoint"]],
    [{ ...good, endpoint: "https://acme.example/" }, ["endpoint"]],
    [{ ...good, endpoint: "https://ACME.example" }, ["endpoint"]],
    [{ ...good, endpoint: "http://acme.example" }, ["endpoint"]],
    [{ ...good, endpoint: " https://acme.example" }, ["endpoint"]],
    [{ ...good, publicReads: "yes" }, ["publicReads"]],
    [{ ...good, tier: "archive" }, ["tier"]],
    [{ ...good, accountKey: "secret" }, ["accountKey"]],
    [{ type: "azure", account: "acme" }, ["container"]],
  ])("may not be %j", (config, path) => {
    expect(azureConfig.parse(config)).toMatchObject({ ok: false, error: [{ path }] });
  });

  it("is refused, and never throws, whatever a bundle says of it", () => {
    fc.assert(
      fc.property(fc.anything(), (input) => {
        expect(azureConfig.parse(input).ok).toBe(false);
      }),
    );
  });

  it("asks no other host than the one that was named, whatever passes", () => {
    const text = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom("a/../b", "..", "x@y", "a#b", "a?b", "a\\b", "a%2e"),
      fc.stringMatching(/^[a-z0-9-]{3,10}$/),
    );
    fc.assert(
      fc.property(text, text, fc.option(text, { nil: undefined }), (account, container, prefix) => {
        const parsed = azureConfig.parse({ type: "azure", account, container, prefix });
        if (!parsed.ok) return;
        const { endpoint } = parsed.value;
        const path = `/${container}/${prefix === undefined ? "" : `${prefix}/`}sha256`;
        const url = new URL(`${endpoint}${path}`);
        expect(url.origin).toBe(endpoint);
        expect(url.pathname).toBe(path);
        expect(trustOf(parsed.value).line).not.toMatch(/\s/);
      }),
    );
  });
});

describe("trust", () => {
  it.each([
    [good, "public", "azure://acme/models"],
    [{ ...good, prefix: "a/b" }, "public", "azure://acme/models/a/b"],
    [{ ...good, endpoint: usual }, "public", "azure://acme/models"],
    [
      { ...good, endpoint: "https://acme.blob.core.chinacloudapi.cn" },
      "public",
      "azure://acme/models at https://acme.blob.core.chinacloudapi.cn",
    ],
    // Another account's host, and a host that only looks like Microsoft's.
    [
      { ...good, endpoint: "https://other.blob.core.windows.net" },
      "needs-consent",
      "azure://acme/models at https://other.blob.core.windows.net",
    ],
    [
      { ...good, endpoint: "https://acme.blob.core.windows.net.evil.example" },
      "needs-consent",
      "azure://acme/models at https://acme.blob.core.windows.net.evil.example",
    ],
    [
      { ...good, prefix: "p", endpoint: "http://localhost:10000/acme" },
      "needs-consent",
      "azure://acme/models/p at http://localhost:10000/acme",
    ],
  ])("of %j is %s", (config, kind, line) => {
    expect(trustOf(configOf(config))).toEqual({ kind, line });
  });
});

it("describes what readers need, and what it describes is the same store", () => {
  const config = configOf({
    ...good,
    prefix: "p",
    publicReads: true,
    endpoint: "http://localhost:10000/acme",
    tier: "cool",
  });
  const description = describeStore(config);
  expect(Object.keys(description)).toEqual(["account", "container", "prefix", "endpoint", "publicReads"]);
  expect(trustOf(configOf({ type: "azure", ...description }))).toEqual(trustOf(config));
  expect(describeStore(configOf(good))).toEqual({ account: "acme", container: "models" });
  expect(storageAzure().blobs?.[0]?.describe(configOf(good))).toEqual({
    account: "acme",
    container: "models",
  });
});
