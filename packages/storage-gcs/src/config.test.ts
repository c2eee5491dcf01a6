import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gcsConfig } from "./config.js";
import { storageGcs } from "./plugin.js";
import { configOf } from "./store.testing.js";
import { describeStore, trustOf } from "./trust.js";

const good = { type: "gcs", bucket: "acme-models" };
const usual = "https://storage.googleapis.com";

describe("a store in Cloud Storage", () => {
  it.each([
    good,
    { ...good, bucket: "models.acme.example" },
    { ...good, bucket: `${"a".repeat(63)}.${"b".repeat(63)}` },
    { ...good, bucket: "a_b" },
    { ...good, prefix: "team/models.v2/x_y-z" },
    { ...good, endpoint: "https://storage-acme.p.googleapis.com" },
    { ...good, endpoint: "http://127.0.0.1:4443" },
    { ...good, publicReads: true, storageClass: "NEARLINE" },
  ])("may be %j", (config) => {
    expect(gcsConfig.parse(config)).toEqual({ ok: true, value: { endpoint: usual, ...config } });
  });

  it.each([
    [{ ...good, type: "gs" }, ["type"]],
    [{ ...good, bucket: "ab" }, ["bucket"]],
    [{ ...good, bucket: "Models" }, ["bucket"]],
    [{ ...good, bucket: "a".repeat(64) }, ["bucket"]],
    [{ ...good, bucket: "a..b" }, ["bucket"]],
    [{ ...good, bucket: "-models" }, ["bucket"]],
    [{ ...good, bucket: "models_" }, ["bucket"]],
    [{ ...good, bucket: "192.168.5.4" }, ["bucket"]],
    [{ ...good, bucket: "goog-models" }, ["bucket"]],
    [{ ...good, bucket: "my-google-models" }, ["bucket"]],
    [{ ...good, bucket: "models/x" }, ["bucket"]],
    [{ ...good, bucket: 7 }, ["bucket"]],
    [{ ...good, prefix: "" }, ["prefix"]],
    [{ ...good, prefix: "../x" }, ["prefix"]],
    [{ ...good, prefix: "a/" }, ["prefix"]],
    [{ ...good, prefix: "a b" }, ["prefix"]],
    [{ ...good, prefix: "a".repeat(257) }, ["prefix"]],
    [{ ...good, endpoint: "ftp://acme.example" }, ["endpoint"]],
    [{ ...good, endpoint: "https://user:pw@acme.example" }, ["endpoint"]],
    [{ ...good, endpoint: "https://acme.example/storage" }, ["endpoint"]],
    [{ ...good, endpoint: "https://acme.example/" }, ["endpoint"]],
    [{ ...good, endpoint: "https://ACME.example" }, ["endpoint"]],
    [{ ...good, endpoint: "http://acme.example" }, ["endpoint"]],
    [{ ...good, publicReads: "yes" }, ["publicReads"]],
    [{ ...good, storageClass: "GLACIER" }, ["storageClass"]],
    [{ ...good, token: "secret" }, ["token"]],
    [{ type: "gcs" }, ["bucket"]],
  ])("may not be %j", (config, path) => {
    expect(gcsConfig.parse(config)).toMatchObject({ ok: false, error: [{ path }] });
  });

  it("is refused, and never throws, whatever a bundle says of it", () => {
    fc.assert(
      fc.property(fc.anything(), (input) => {
        expect(gcsConfig.parse(input).ok).toBe(false);
      }),
    );
  });

  it("asks for no other bucket than the one that was named, whatever passes", () => {
    const text = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom("a/../b", "..", "x@y", "a#b", "a?b", "a\\b", "a%2e"),
      fc.stringMatching(/^[a-z0-9._-]{3,10}$/),
    );
    fc.assert(
      fc.property(text, fc.option(text, { nil: undefined }), (bucket, prefix) => {
        const parsed = gcsConfig.parse({ type: "gcs", bucket, prefix });
        if (!parsed.ok) return;
        const path = `/storage/v1/b/${bucket}/o`;
        expect(new URL(path, parsed.value.endpoint).pathname).toBe(path);
        expect(trustOf(parsed.value).line).not.toMatch(/\s/);
      }),
    );
  });
});

describe("trust", () => {
  it.each([
    [good, "public", "gcs://acme-models"],
    [{ ...good, prefix: "a/b" }, "public", "gcs://acme-models/a/b"],
    [{ ...good, endpoint: usual }, "public", "gcs://acme-models"],
    [
      { ...good, endpoint: "https://storage.googleapis.com.evil.example" },
      "needs-consent",
      "gcs://acme-models at https://storage.googleapis.com.evil.example",
    ],
    [
      { ...good, prefix: "p", endpoint: "http://localhost:4443" },
      "needs-consent",
      "gcs://acme-models/p at http://localhost:4443",
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
    endpoint: "http://localhost:4443",
    storageClass: "ARCHIVE",
  });
  const description = describeStore(config);
  expect(Object.keys(description)).toEqual(["bucket", "prefix", "endpoint", "publicReads"]);
  expect(trustOf(configOf({ type: "gcs", ...description }))).toEqual(trustOf(config));
  expect(storageGcs().blobs?.[0]?.describe(configOf(good))).toEqual({ bucket: "acme-models" });
});
