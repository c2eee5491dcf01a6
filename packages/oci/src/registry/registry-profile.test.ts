import { describe, expect, it } from "vitest";
import { registryProfile } from "./registry-profile.js";

describe("the built-in profile", () => {
  it.each([
    "ghcr.io",
    "GHCR.IO:443",
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
    "europe-docker.pkg.dev",
    "gcr.io",
    "eu.gcr.io",
    "acme.jfrog.io",
  ])("of %s sends each blob in one PUT", (host) => expect(registryProfile(host).chunked).toBe(false));

  it.each(["registry.example", "localhost:5000", "notghcr.io", "ghcr.io.example", "acme.azurecr.io"])(
    "of %s may use chunks, of 16 to 64 MiB, for large blobs only",
    (host) => {
      const { chunked, chunkSize, chunkThreshold } = registryProfile(host);
      expect(chunked).toBe(true);
      expect(chunkSize).toBeGreaterThanOrEqual(16 * 1024 * 1024);
      expect(chunkSize).toBeLessThanOrEqual(64 * 1024 * 1024);
      expect(chunkThreshold).toBeGreaterThanOrEqual(chunkSize);
    },
  );

  it("of GitLab and Quay asks for the compatible envelope, and of no unknown host", () => {
    expect(registryProfile("registry.gitlab.com").envelope).toBe("compatible");
    expect(registryProfile("quay.io").envelope).toBe("compatible");
    expect(registryProfile("registry.example").envelope).toBeUndefined();
  });

  it.each([
    ["ghcr.io", { maxBlobSize: 10_000_000_000, concurrency: 8 }],
    ["123456789012.dkr.ecr.eu-west-1.amazonaws.com", { maxBlobSize: 54_525_952_000, manifestLayers: 127 }],
    ["public.ecr.aws", { maxBlobSize: 10_485_760_000, manifestLayers: 127 }],
    ["acme.azurecr.io", { maxBlobSize: 214_748_364_800, manifestBytes: 4_194_304 }],
    ["acme.azurecr.cn", { maxBlobSize: 214_748_364_800 }],
    ["quay.io", { maxBlobSize: 21_474_836_480 }],
    ["demo.goharbor.io", { maxBlobSize: 34_359_738_368 }],
    ["registry.cloudflare.com", { maxRequestBytes: 500_000_000 }],
    ["acme.jfrog.io", { checkSize: true }],
  ])("of %s knows the limits that are published or were met: %j", (host, limits) => {
    expect(registryProfile(host)).toMatchObject(limits);
  });

  it("of Docker Hub and of registries that run at home is the general one", () => {
    const general = registryProfile("registry.example");
    for (const host of [
      "docker.io",
      "index.docker.io",
      "registry-1.docker.io",
      "localhost:5000",
      "[::1]:5000",
    ])
      expect(registryProfile(host)).toEqual(general);
    expect(general).toMatchObject({ ranges: true, verifiesDigest: true, mount: true, referrers: "api" });
  });
});
