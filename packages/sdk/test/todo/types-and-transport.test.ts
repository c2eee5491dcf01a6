import { createHttpClient } from "@bale/http";
import { oci } from "@bale/oci";
import { exitCodeOf } from "@bale/spec";
import { createTestCertificate, startTestRegistry } from "@bale/test-registry";
import { describe, expect, it } from "vitest";
import { failureOf, openBench } from "../bench.testing.js";
import { testBale } from "../client.testing.js";
import { pushed, storedManifest } from "./scene.testing.js";

describe("Config advertises artifact_type but it's ignored", () => {
  it.each(["artifactType", "artifact_type"])("%s is what the registry shows", async (key) => {
    await using place = await pushed({ a: "1" }, `${key}: application/vnd.acme.model.v1\n`);
    expect(storedManifest(place.bench).artifactType).toBe("application/vnd.acme.model.v1");
    expect((await place.bench.bale.show(place.bench.reference())).artifactType).toBe(
      "application/vnd.acme.model.v1",
    );
  });

  it("without one there is a type of our own; a change of it alone is pushed", async () => {
    await using place = await pushed();
    expect(storedManifest(place.bench).artifactType).toBe("application/vnd.bale.bundle.v1");
    place.mine.write({
      "bale.yaml": `ref: ${place.bench.reference()}\nartifactType: application/vnd.acme.x.v1\n`,
    });
    expect((await place.mine.push()).outcome).toBe("pushed");
    expect(storedManifest(place.bench).artifactType).toBe("application/vnd.acme.x.v1");
  });

  it("in the compatible envelope it is kept in an annotation, and the push says so", async () => {
    await using place = await pushed({ a: "1" }, "artifactType: application/vnd.acme.model.v1\n");
    await place.mine.push({ envelope: "compatible" });
    const manifest = storedManifest(place.bench);
    expect([manifest.artifactType, manifest.config.mediaType]).toEqual([
      undefined,
      "application/vnd.oci.image.config.v1+json",
    ]);
    expect(manifest.annotations["dev.bale.artifact-type"]).toBe("application/vnd.acme.model.v1");
    expect(place.bench.notices.join("\n")).toContain("application/vnd.acme.model.v1");
    expect((await place.mine.status()).changes).toEqual([]);
  });
});

describe("Default insecure=True", () => {
  const certificate = createTestCertificate();

  async function secureRegistry(): Promise<{ host: string } & AsyncDisposable> {
    const registry = await startTestRegistry({ tls: { key: certificate.key, cert: certificate.cert } });
    return { host: registry.host, [Symbol.asyncDispose]: () => registry.close() };
  }
  const https = oci({ settings: () => ({ plainHttp: false }) });

  it("https is spoken to every host that is not the loopback, and never falls back", async () => {
    const asked: string[] = [];
    const http = createHttpClient({ maxTries: 1, sleep: async () => {} });
    await using bale = testBale({
      http: {
        ...http,
        request: async (request) => {
          asked.push(request.url);
          throw new Error("no network in this test");
        },
      },
    });
    for (const host of ["registry.example", "registry.example:5000", "10.0.0.7", "127.0.0.1.example"])
      await bale.ls(`${host}/acme/app:v1`).catch(() => {});
    expect(asked.map((url) => new URL(url).protocol)).toEqual(asked.map(() => "https:"));
    expect(asked.length).toBeGreaterThanOrEqual(4);
  });

  it("a certificate that nobody vouches for is refused; plain http is no remedy", async () => {
    await using registry = await secureRegistry();
    await using bale = testBale({ plugins: [https] });
    const refused = await failureOf(bale.ls(`${registry.host}/acme/app:v1`));
    expect([refused.code, exitCodeOf(refused)]).toEqual(["TLS", 7]);
    await using plain = testBale();
    expect(exitCodeOf(await failureOf(plain.ls(`${registry.host}/acme/app:v1`)))).not.toBe(3);
  });

  it("insecure skips the verification and nothing else: it is still https", async () => {
    await using registry = await secureRegistry();
    const http = createHttpClient({ maxTries: 1, origins: () => ({ insecure: true }) });
    await using bale = testBale({ plugins: [https], http });
    expect((await failureOf(bale.ls(`${registry.host}/acme/app:v1`))).code).toBe("NOT_FOUND");
    await using plainHost = await openBench();
    await using strict = testBale({ plugins: [https], http });
    expect((await failureOf(strict.ls(plainHost.reference()))).code).not.toBe("NOT_FOUND");
  });

  it("a certificate authority of one's own is enough", async () => {
    await using registry = await secureRegistry();
    const http = createHttpClient({ maxTries: 1, ca: [certificate.cert] });
    await using bale = testBale({ plugins: [https], http });
    expect((await failureOf(bale.ls(`${registry.host}/acme/app:v1`))).code).toBe("NOT_FOUND");
  });
});
