import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ociConfig } from "./config.js";
import { storageOci } from "./plugin.js";

const good = { type: "oci", registry: "ghcr.io", repository: "acme/blobs" };
const [blobs] = storageOci().blobs ?? [];

describe("a store in another repository", () => {
  it.each([
    good,
    { ...good, registry: "localhost:5000" },
    { ...good, registry: "[::1]:5000" },
    { ...good, repository: "a__b/c-d.e" },
  ])("may be %j", (config) => {
    expect(ociConfig.parse(config)).toEqual({ ok: true, value: config });
  });

  it.each([
    [{ ...good, type: "s3" }, ["type"]],
    [{ ...good, registry: "GHCR.io" }, ["registry"]],
    [{ ...good, registry: "https://ghcr.io" }, ["registry"]],
    [{ ...good, registry: "user@ghcr.io" }, ["registry"]],
    [{ ...good, registry: "ghcr.io/acme" }, ["registry"]],
    [{ ...good, registry: "ghcr.io\n" }, ["registry"]],
    [{ ...good, registry: 5 }, ["registry"]],
    [{ ...good, repository: "acme/../blobs" }, ["repository"]],
    [{ ...good, repository: "acme/blobs:v1" }, ["repository"]],
    [{ ...good, repository: "Acme/blobs" }, ["repository"]],
    [{ ...good, repository: "" }, ["repository"]],
    [{ ...good, password: "secret" }, ["password"]],
    [{ type: "oci", registry: "ghcr.io" }, ["repository"]],
  ])("may not be %j", (config, path) => {
    const parsed = ociConfig.parse(config);
    expect(parsed).toMatchObject({ ok: false, error: [{ path }] });
  });

  it("is refused, and never throws, whatever a bundle says of it", () => {
    fc.assert(
      fc.property(fc.anything(), (input) => {
        expect(ociConfig.parse(input).ok).toBe(false);
      }),
    );
  });

  it("needs consent by a line that is one for each place, and describes itself as it is configured", () => {
    const parsed = ociConfig.parse(good);
    if (!blobs || !parsed.ok) throw new Error("no contribution");
    expect(blobs.trust(parsed.value)).toEqual({ kind: "needs-consent", line: "oci://ghcr.io/acme/blobs" });
    const description = blobs.describe(parsed.value);
    expect(ociConfig.parse({ type: blobs.scheme, ...description })).toEqual(parsed);
  });
});
