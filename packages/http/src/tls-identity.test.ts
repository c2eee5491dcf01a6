import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import type { AccessNeed, HttpClient } from "@bale/spec";
import { describe, expect, test } from "vitest";
import { createCertificate } from "./certificate.testing.js";
import { failure } from "./client.testing.js";
import { createHttpClient } from "./create-http-client.js";
import type { OriginSettings } from "./http-options.js";

const authority = { commonName: "test authority" };
const root = createCertificate({ ...authority, authority: true });
const foreign = createCertificate({ commonName: "foreign authority", authority: true });
const issuer = { ...authority, key: root.key };
const server = createCertificate({ commonName: "server", names: ["127.0.0.1", "localhost"], issuer });
const clients = {
  acme: createCertificate({ commonName: "client of acme", issuer }),
  other: createCertificate({ commonName: "client of other", issuer }),
};

interface Door extends AsyncDisposable {
  readonly origin: string;
  /** Of each request: who asked, by the client certificate of its connection. */
  readonly asked: string[];
  readonly connections: () => number;
}

/** Asks for a client certificate, and lets everybody in. */
async function door(redirectTo?: string): Promise<Door> {
  const asked: string[] = [];
  let connections = 0;
  const listener = createServer(
    { ...server, ca: root.cert, requestCert: true, rejectUnauthorized: false, keepAliveTimeout: 60_000 },
    (request, response) => {
      const { subject } = (request.socket as TLSSocket).getPeerCertificate();
      asked.push(String(subject?.CN ?? "nobody"));
      if (redirectTo !== undefined) response.writeHead(307, { location: `${redirectTo}/there` });
      response.end();
    },
  );
  listener.on("secureConnection", () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  return {
    origin: `https://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    asked,
    connections: () => connections,
    [Symbol.asyncDispose]: async () => {
      listener.closeAllConnections();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

async function get(client: HttpClient, origin: string, repository?: string): Promise<void> {
  const access: AccessNeed | undefined =
    repository === undefined ? undefined : { repository, actions: ["pull"] };
  await (await client.request({ method: "GET", url: `${origin}/`, access })).discard();
}

describe("connections", () => {
  test("made with one client certificate serve no other namespace, and are used again for their own", async () => {
    await using there = await door();
    const origins = (_origin: string, access?: AccessNeed): OriginSettings => {
      const namespace = access?.repository?.split("/")[0];
      return namespace === "acme" || namespace === "other" ? { ...clients[namespace] } : {};
    };
    await using client = createHttpClient({ ca: [root.cert], origins });
    for (const repository of ["acme/a", "other/b", "public/c", undefined, "acme/d", "other/e", "public/f"])
      await get(client, there.origin, repository);
    expect(there.asked).toEqual([
      "client of acme",
      "client of other",
      "nobody",
      "nobody",
      "client of acme",
      "client of other",
      "nobody",
    ]);
    expect(there.connections()).toBe(3);
  });

  test("trust an authority for the namespace that it was named for only", async () => {
    await using there = await door();
    const origins = (_origin: string, access?: AccessNeed): OriginSettings =>
      access?.repository === "acme/a" ? { ca: [root.cert] } : {};
    await using client = createHttpClient({ origins });
    await get(client, there.origin, "acme/a");
    expect(await failure(get(client, there.origin, "other/a"))).toMatchObject({ code: "TLS" });
    expect(await failure(get(client, there.origin))).toMatchObject({ code: "TLS" });
    expect(there.asked).toHaveLength(1);
  });

  test("after a redirect trust what is trusted everywhere, and show no client certificate of another origin", async () => {
    await using storage = await door();
    await using registry = await door(storage.origin);
    const asked: unknown[] = [];
    const origins = (origin: string, access?: AccessNeed): OriginSettings => {
      asked.push([origin, access?.repository]);
      return origin === registry.origin ? { ...clients.acme } : {};
    };
    await using client = createHttpClient({ ca: [root.cert], origins });
    await get(client, registry.origin, "acme/a");
    expect(registry.asked).toEqual(["client of acme"]);
    expect(storage.asked).toEqual(["nobody"]);
    expect(asked).toEqual([
      [registry.origin, "acme/a"],
      [storage.origin, undefined],
    ]);
  });

  test("are not tried with a certificate and a key that do not belong together", async () => {
    await using there = await door();
    const origins = (): OriginSettings => ({ cert: clients.acme.cert, key: clients.other.key });
    await using client = createHttpClient({ ca: [root.cert], origins });
    expect(await failure(get(client, there.origin))).toMatchObject({
      code: "CONFIG_INVALID",
      context: { origin: there.origin },
    });
    expect(there.connections()).toBe(0);
  });
});

describe("roots", () => {
  const pem = (...given: readonly { readonly cert: string }[]) => given.map(({ cert }) => cert);

  test.each([
    ["instead of Node's", { roots: { instead: pem(root) } }, undefined],
    ["instead of Node's, others", { roots: { instead: pem(foreign) } }, "TLS"],
    ["instead of Node's, none", { roots: { instead: [] } }, "TLS"],
    [
      "instead of Node's, and a file that adds to them",
      { roots: { instead: pem(foreign) }, ca: pem(root) },
      undefined,
    ],
    [
      "instead of Node's, and what the environment adds",
      { roots: { instead: [], extra: pem(root) } },
      undefined,
    ],
    [
      "that the environment adds, beside a file",
      { roots: { extra: pem(root) }, ca: pem(foreign) },
      undefined,
    ],
  ])("%s", async (_what, { roots, ...options }, code) => {
    await using there = await door();
    let read = 0;
    await using client = createHttpClient({
      ...options,
      roots: () => {
        read += 1;
        return roots;
      },
      origins: (_origin, access) => (access ? { concurrency: 2 } : {}),
    });
    const result = await get(client, there.origin, "a/b").catch((error: unknown) => error);
    if (code === undefined) expect(result).toBeUndefined();
    else expect(result).toMatchObject({ code });
    await get(client, there.origin).catch(() => undefined);
    expect(read).toBe(1);
  });

  test("are not read for plain http", async () => {
    await using client = createHttpClient({
      roots: () => {
        throw new Error("read");
      },
      maxTries: 1,
    });
    expect(await failure(get(client, "http://127.0.0.1:1"))).toMatchObject({ code: "CONNECT_FAILED" });
  });
});
