import { createServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { TlsFacts } from "@bale/spec";
import { expect, test } from "vitest";
import { createCertificate } from "./certificate.testing.js";
import { createHttpClient } from "./create-http-client.js";
import type { HttpOptions } from "./http-options.js";
import { serve } from "./serve.testing.js";
import { watchConnections } from "./watch-connections.js";

const authority = { commonName: "test authority" };
const root = createCertificate({ ...authority, authority: true });
const server = {
  commonName: "server",
  names: ["127.0.0.1"],
  issuer: { ...authority, key: root.key },
};
const good = createCertificate(server);

async function secure(certificate = good): Promise<AsyncDisposable & { readonly origin: string }> {
  const listening = createServer({ ...certificate }, (_request, response) => response.end("ok"));
  listening.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  return {
    origin: `https://127.0.0.1:${(listening.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      listening.closeAllConnections();
      await new Promise((resolve) => listening.close(resolve));
    },
  };
}

/** What is seen of `watched` while `origin` is asked. */
async function seen(origin: string, options: HttpOptions, watched = origin): Promise<TlsFacts | undefined> {
  using watch = watchConnections(watched);
  await using client = createHttpClient({ sleep: async () => {}, ...options });
  const answer = await client.request({ method: "GET", url: origin });
  await answer.discard();
  return watch.tls();
}

test("a secured connection shows its protocol and the server's certificate", async () => {
  await using listening = await secure();
  const facts = await seen(listening.origin, { ca: [root.cert] });
  expect(facts).toMatchObject({
    protocol: "TLSv1.3",
    subject: "server",
    issuer: "test authority",
    trustedBy: "named",
  });
  expect(facts?.validTo.getTime()).toBeGreaterThan(Date.now());
  expect(facts?.problem).toBeUndefined();
});

test("a certificate that is not verified is trusted by nobody, and what is wrong with it is told", async () => {
  await using listening = await secure(
    createCertificate({ ...server, notAfter: new Date(Date.now() - 1000) }),
  );
  const facts = await seen(listening.origin, { ca: [root.cert], origins: () => ({ insecure: true }) });
  expect(facts).toMatchObject({ trustedBy: "nobody", problem: "the server's certificate has expired" });
  expect(facts?.validTo.getTime()).toBeLessThan(Date.now());
});

test("plain http and other origins show nothing", async () => {
  await using plain = await serve((_request, response) => response.end("ok"));
  expect(await seen(plain.origin, {})).toBeUndefined();
  await using one = await secure();
  await using other = await secure();
  expect(await seen(one.origin, { ca: [root.cert] }, other.origin)).toBeUndefined();
});

test("behind a proxy, what is seen is the server's and not the proxy's", async () => {
  await using listening = await secure(createCertificate({ ...server, names: ["registry.invalid"] }));
  await using proxy = await serve(() => expect.unreachable());
  proxy.server.on("connect", (_request, socket: Socket) => {
    const onward = connect(Number(new URL(listening.origin).port), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.pipe(onward).pipe(socket);
    });
    onward.on("error", () => socket.destroy());
  });
  const proxies = { httpsProxy: proxy.origin };
  expect(await seen("https://registry.invalid", { ca: [root.cert], proxies })).toMatchObject({
    subject: "server",
    trustedBy: "named",
  });
});

test("nothing is seen once nobody watches", async () => {
  await using listening = await secure();
  const watch = watchConnections(listening.origin);
  watch[Symbol.dispose]();
  await seen(listening.origin, { ca: [root.cert] }, "https://127.0.0.1:1");
  expect(await watch.tls()).toBeUndefined();
});
