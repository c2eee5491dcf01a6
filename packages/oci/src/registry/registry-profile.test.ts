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
});
