import { X509Certificate } from "node:crypto";
import { get } from "node:https";
import { describe, expect, it } from "vitest";
import { repository } from "../client.testing.js";
import { digestOf } from "../digest.js";
import { startTestRegistry } from "../test-registry.js";
import { createTestCertificate } from "./test-certificate.js";

interface Outcome {
  readonly status?: number | undefined;
  readonly error?: string | undefined;
  readonly body?: string;
}

function fetchOver(url: string, options: object): Promise<Outcome> {
  return new Promise((resolve) => {
    get(url, { agent: false, ...options }, async (answer) => {
      const chunks = await answer.toArray().catch(() => ["broken"]);
      resolve({ status: answer.statusCode, body: chunks.join("") });
    }).on("error", (error: NodeJS.ErrnoException) => resolve({ error: error.code }));
  });
}

describe("certificates", () => {
  it("are read by others as they were meant", () => {
    const authority = createTestCertificate({ commonName: "the authority" });
    const validTo = new Date("2060-01-02T03:04:05Z");
    const { cert } = createTestCertificate({ issuer: authority, hosts: ["a.example", "127.0.0.2"], validTo });
    const read = new X509Certificate(cert);
    expect(read.subjectAltName).toBe("DNS:a.example, IP Address:127.0.0.2");
    expect([read.issuer, read.ca]).toEqual(["CN=the authority", false]);
    expect(new Date(read.validTo)).toEqual(validTo);
    expect(read.verify(new X509Certificate(authority.cert).publicKey)).toBe(true);
    expect(new X509Certificate(authority.cert).ca).toBe(true);
    expect(() => createTestCertificate({ hosts: ["::1"] })).toThrow(RangeError);
  });
});

describe("TLS", () => {
  const authority = createTestCertificate({ commonName: "the authority" });
  const day = 86_400_000;
  const past = { validFrom: new Date(Date.now() - 2 * day), validTo: new Date(Date.now() - day) };

  it.each([
    ["a good certificate", {}, { ca: authority.cert }, { status: 200, body: "{}" }],
    ["an authority that is not known", {}, {}, { error: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" }],
    ["a certificate that is over", past, { ca: authority.cert }, { error: "CERT_HAS_EXPIRED" }],
    [
      "a certificate for another host",
      { hosts: ["other.example"] },
      { ca: authority.cert },
      { error: "ERR_TLS_CERT_ALTNAME_INVALID" },
    ],
  ])("serves %s", async (_, certificate, client, outcome) => {
    const tls = createTestCertificate({ issuer: authority, ...certificate });
    await using registry = await startTestRegistry({ tls });
    expect(registry.url).toMatch(/^https:/);
    expect(await fetchOver(`${registry.url}/v2/`, client)).toEqual(outcome);
  });

  it("demands a client certificate", async () => {
    const tls = { ...createTestCertificate({ issuer: authority }), ca: authority.cert };
    await using registry = await startTestRegistry({ tls });
    const { cert, key } = createTestCertificate({ issuer: authority, commonName: "the client" });
    const url = `${registry.url}/v2/`;
    expect((await fetchOver(url, { ca: authority.cert })).error).toBeTypeOf("string");
    expect(await fetchOver(url, { ca: authority.cert, cert, key })).toEqual({ status: 200, body: "{}" });
  });

  it("knows faults as well", async () => {
    const content = Buffer.from("0123456789");
    await using registry = await startTestRegistry({ tls: createTestCertificate({ issuer: authority }) });
    registry.store.putBlob(repository, content);
    const url = `${registry.url}/v2/${repository}/blobs/${digestOf(content)}`;
    registry.addFault({ action: { kind: "reset" } });
    expect((await fetchOver(url, { ca: authority.cert })).error).toBe("ECONNRESET");
    registry.addFault({ action: { kind: "reset-download", afterBytes: 5 } });
    expect((await fetchOver(url, { ca: authority.cert })).body).toBe("broken");
    expect(await fetchOver(url, { ca: authority.cert })).toEqual({ status: 200, body: "0123456789" });
  });
});
