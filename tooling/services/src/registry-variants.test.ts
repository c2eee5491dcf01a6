import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeCertificates } from "./certificates.mjs";
import { serviceOrSkip } from "./require.mjs";
import { startObjectStore } from "./start-object-store.mjs";
import { startRegistry } from "./start-registry.mjs";
import { startTokenService } from "./token-service.mjs";

const DIGEST = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

/** Status of a request over TLS, or the code of the failure; and the challenge of a 401. */
function ask(url: string, files: { ca: string; cert?: string; key?: string }): Promise<[unknown, string]> {
  const options = Object.fromEntries(Object.entries(files).map(([name, file]) => [name, readFileSync(file)]));
  return new Promise((resolve) => {
    request(url, { agent: false, ...options }, (answer) => {
      answer.resume();
      resolve([answer.statusCode, answer.headers["www-authenticate"] ?? ""]);
    })
      .on("error", (error: NodeJS.ErrnoException) => resolve([error.code, ""]))
      .end();
  });
}

for (const kind of ["distribution", "docker-registry"] as const) {
  describe.skipIf(!serviceOrSkip(kind))(`${kind} with TLS`, () => {
    it("has a certificate of an authority that comes with it", async () => {
      await using registry = await startRegistry(kind, { variant: "tls", auth: "htpasswd" });
      expect(registry.url).toBe(`https://${registry.host}`);
      const ca = registry.certificates?.caFile ?? "";
      const [status, challenge] = await ask(`${registry.url}/v2/`, { ca });
      expect([status, challenge.startsWith("Basic ")]).toEqual([401, true]);
      await expect(fetch(`${registry.url}/v2/`)).rejects.toThrow();
      expect(await registry.accessLog()).toEqual([{ method: "GET", path: "/v2/", query: "", status: 401 }]);
    });

    it("asks for a client certificate of that authority, and takes no other", async () => {
      await using registry = await startRegistry(kind, { variant: "mtls" });
      const { caFile: ca = "", client, stranger } = registry.certificates ?? {};
      const url = `${registry.url}/v2/`;
      const pair = (files = client) => ({ ca, cert: files?.certFile ?? "", key: files?.keyFile ?? "" });
      expect((await ask(url, pair()))[0]).toBe(200);
      expect((await ask(url, { ca }))[0]).toMatch(/^(?:ERR_SSL|ECONNRESET|EPIPE)/);
      expect((await ask(url, pair(stranger)))[0]).toMatch(/^(?:ERR_SSL|ECONNRESET|EPIPE)/);
    });

    it("can have a token service with TLS of the same authority", async () => {
      const folder = await mkdtemp(join(tmpdir(), "bale-certificates-"));
      const certificates = makeCertificates(folder);
      await using tokens = await startTokenService({ certificates });
      await using registry = await startRegistry(kind, {
        variant: "tls",
        auth: "token",
        tokens,
        certificates,
      });
      const [, challenge] = await ask(`${registry.url}/v2/`, { ca: certificates.caFile });
      expect(challenge).toContain(`Bearer realm="${tokens.realm}"`);
      expect((await ask(tokens.realm, { ca: certificates.caFile }))[0]).toBe(200);
      await rm(folder, { recursive: true });
    });
  });

  describe.skipIf(!serviceOrSkip(kind) || !serviceOrSkip("versitygw"))(`${kind} that redirects`, () => {
    it("sends a reader of a blob to a presigned address", async () => {
      await using objectStore = await startObjectStore("versitygw");
      await using registry = await startRegistry(kind, { variant: "redirect", objectStore });
      const begun = await fetch(`${registry.url}/v2/acme/a/blobs/uploads/`, { method: "POST" });
      const location = new URL(begun.headers.get("location") ?? "", registry.url);
      location.searchParams.set("digest", DIGEST);
      expect((await fetch(location, { method: "PUT", body: "abc" })).status).toBe(201);
      const blob = `${registry.url}/v2/acme/a/blobs/${DIGEST}`;
      const answer = await fetch(blob, { redirect: "manual" });
      expect(answer.status).toBe(307);
      expect(answer.headers.get("location")).toMatch(`${objectStore.endpoint}/`);
      expect(await (await fetch(blob)).text()).toBe("abc");
      const presigned = objectStore.accessLog().filter(({ query }) => query.includes("X-Amz-Signature="));
      expect(presigned).toEqual([
        expect.objectContaining({ method: "GET", authScheme: undefined, status: 200 }),
      ]);
    });
  });
}

it("refuses to redirect to nowhere", async () => {
  if (!serviceOrSkip("distribution")) return;
  await expect(startRegistry("distribution", { variant: "redirect" })).rejects.toThrow("object store");
});
