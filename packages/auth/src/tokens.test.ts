import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createHttpClient } from "@bale/http";
import { type CredentialProvider, secret } from "@bale/spec";
import { describe, expect, test } from "vitest";
import {
  ALICE,
  alice,
  answerToken,
  bearer,
  bed,
  failure,
  get,
  PULL,
  PUSH,
  printed,
  put,
} from "./bed.testing.js";
import { createAuthorizer } from "./create-authorizer.js";
import { staticCredentials } from "./static-credentials.js";

describe("tokens", () => {
  test("nobody's token comes by a GET without a header, for our scopes and not the server's", async () => {
    await using site = await bed({ accepts: bearer });
    expect(await get(site)).toBe(200);
    expect(site.asked).toEqual(["GET service=reg&scope=repository:acme/app:pull -"]);
    expect(site.seen).toEqual([undefined, "Bearer t1"]);
  });

  test("a password goes as Basic to the token service and never to the registry", async () => {
    await using site = await bed({ accepts: bearer, provider: alice });
    await get(site, { ...PUSH, alsoPull: ["base/image"] });
    expect(site.asked).toEqual([
      `GET service=reg&scope=repository:acme/app:pull,push&scope=repository:base/image:pull ${ALICE}`,
    ]);
    expect(site.seen).toEqual([undefined, "Bearer t1"]);
  });

  test("an identity token is traded by a POST", async () => {
    await using site = await bed({
      accepts: bearer,
      provider: (origin) => staticCredentials({ origins: origin, identityToken: secret("idt") }),
      token: (_request, response) => answerToken(response, { access_token: "t-oauth" }),
    });
    await get(site, { ...PULL, alsoPull: ["z"] });
    expect(site.asked).toEqual([
      "POST grant_type=refresh_token&client_id=bale&service=reg&scope=repository:acme/app:pull+repository:z:pull&refresh_token=idt -",
    ]);
    expect(site.seen[1]).toBe("Bearer t-oauth");
  });

  test("a registry token is sent as it is", async () => {
    await using site = await bed({
      accepts: (header) => header === "Bearer given",
      provider: (origin) => staticCredentials({ origins: origin, token: secret("given") }),
    });
    expect(await get(site)).toBe(200);
    expect(site.asked).toEqual([]);
  });

  test("a token is kept by its scopes, and later requests carry one at once", async () => {
    await using site = await bed({ accepts: bearer });
    await get(site);
    await get(site);
    await get(site, PUSH);
    await get(site);
    expect(site.asked).toHaveLength(2);
    expect(site.seen).toEqual([undefined, "Bearer t1", "Bearer t1", "Bearer t2", "Bearer t1"]);
  });

  test("a token that may push also serves a pull, until it is refused for that", async () => {
    const refused = new Set<string | undefined>();
    await using site = await bed({ accepts: (header) => bearer(header) && !refused.has(header) });
    await get(site, PUSH);
    await get(site, PULL);
    refused.add("Bearer t1");
    await get(site, PULL);
    expect(site.asked.map((line) => line.split("scope=")[1])).toEqual([
      "repository:acme/app:pull,push -",
      "repository:acme/app:pull -",
    ]);
    expect(site.seen).toEqual([undefined, "Bearer t1", "Bearer t1", "Bearer t1", "Bearer t2"]);
  });

  test("many requests at once fetch one token", async () => {
    await using site = await bed({ accepts: bearer });
    await Promise.all(Array.from({ length: 8 }, () => get(site)));
    expect(site.asked).toHaveLength(1);
  });

  test.each([
    [{ expires_in: 1000 }, 939_999],
    [{ expires_in: 100 }, 89_999],
    [{}, 53_999],
    [{ expires_in: -5 }, 53_999],
    [{ expires_in: "100" }, 53_999],
  ])("with %j it is renewed after %d ms and not before", async (extra, lastMs) => {
    let now = 0;
    await using site = await bed({
      accepts: bearer,
      authorizer: { now: () => now },
      token: (_request, response, count) => answerToken(response, { token: `t${count}`, ...extra }),
    });
    await get(site);
    now = lastMs;
    await get(site);
    expect(site.asked).toHaveLength(1);
    now = lastMs + 1;
    await get(site);
    expect(site.asked).toHaveLength(2);
    expect(site.seen).toEqual([undefined, "Bearer t1", "Bearer t1", "Bearer t2"]);
  });

  test.each([
    // A tenth of a long life; 60 seconds; not while the first two fifths of a short one last.
    [{ expires_in: 3600 }, 3_239_999],
    [{ expires_in: 600 }, 539_999],
    [{ expires_in: 300 }, 239_999],
    [{ expires_in: 100 }, 39_999],
    [{}, 23_999],
  ])("with %j it is renewed before a body is sent after %d ms and not before", async (extra, lastMs) => {
    let now = 0;
    await using site = await bed({
      accepts: bearer,
      authorizer: { now: () => now },
      token: (_request, response, count) => answerToken(response, { token: `t${count}`, ...extra }),
    });
    await get(site, PUSH);
    now = lastMs;
    await put(site);
    expect(site.asked).toHaveLength(1);
    now = lastMs + 1;
    await Promise.all([put(site), put(site), put(site)]);
    expect(site.asked).toHaveLength(2);
    expect(site.seen.slice(2)).toEqual(["Bearer t1", "Bearer t2", "Bearer t2", "Bearer t2"]);
  });

  test("a token that ends while a body is sent is renewed once, and the body is sent once more", async () => {
    const good = new Set(["Bearer t1"]);
    await using site = await bed({ accepts: (header) => good.has(header ?? "") });
    await get(site, PUSH);
    good.clear();
    good.add("Bearer t2");
    expect(await put(site)).toBe(200);
    expect(site.asked).toHaveLength(2);
    expect(site.seen.slice(2)).toEqual(["Bearer t1", "Bearer t2"]);
  });

  test("a registry that always asks gets two tries a request and one refresh, whatever is sent", async () => {
    await using site = await bed({ accepts: () => false, provider: alice });
    expect((await failure(get(site))).code).toBe("AUTH_FAILED");
    expect(site.seen).toEqual([undefined, "Bearer t1"]);
    expect(site.asked).toHaveLength(1);
    // The kept token was refused before, which only another challenge can tell.
    expect((await failure(put(site))).code).toBe("AUTH_FAILED");
    expect(site.seen).toHaveLength(4);
    expect(site.asked).toHaveLength(3);
  });

  test("a challenge is answered once, whatever else fails between the tries", async () => {
    let requests = 0;
    const failing = createServer((_request, response) => {
      requests += 1;
      const challenge = { "www-authenticate": "Basic realm=x" };
      if (requests % 2 === 1) response.writeHead(401, challenge).end();
      else response.writeHead(503).end();
    });
    await new Promise<void>((resolve) => failing.listen(0, "127.0.0.1", resolve));
    const origin = `http://127.0.0.1:${(failing.address() as AddressInfo).port}`;
    let asked = 0;
    await using client = createHttpClient({
      sleep: async () => {},
      authorizer: createAuthorizer({
        http: { request: () => Promise.reject(new Error("no token service")) },
        provider: {
          id: "counting",
          resolve: async (request) => {
            asked += 1;
            return alice(origin).resolve(request);
          },
        },
      }),
    });
    const error = await failure(
      client.request({ method: "GET", url: `${origin}/v2/`, access: PULL, tries: 5 }),
    );
    // 401, then 503 with the credentials, then 401 again: that is final.
    expect(error.code).toBe("AUTH_FAILED");
    expect(requests).toBe(3);
    expect(asked).toBeLessThanOrEqual(3);
    failing.closeAllConnections();
    await new Promise((resolve) => failing.close(resolve));
  });

  test("a token that is refused is renewed once", async () => {
    const good = new Set(["Bearer t1"]);
    await using site = await bed({ accepts: (header) => good.has(header ?? "") });
    await get(site);
    good.clear();
    good.add("Bearer t2");
    expect(await get(site)).toBe(200);
    good.clear();
    expect((await failure(get(site))).code).toBe("AUTH_FAILED");
    expect(site.asked).toHaveLength(3);
  });

  test("a service that gives the same token again ends it", async () => {
    await using site = await bed({
      accepts: () => false,
      token: (_request, response) => answerToken(response, { token: "same" }),
    });
    await failure(get(site));
    expect(site.seen).toEqual([undefined, "Bearer same"]);
    await failure(get(site));
    expect(site.seen).toEqual([undefined, "Bearer same", "Bearer same"]);
  });

  test("a push that is not granted is DENIED after two tries, naming who", async () => {
    await using site = await bed({
      accepts: () => false,
      provider: alice,
      challenge: (origin) => `Bearer realm="${origin}/token",error="insufficient_scope"`,
    });
    const error = await failure(get(site, PUSH));
    expect(error.code).toBe("DENIED");
    expect(error.message).toContain("alice (environment)");
    expect(site.seen).toHaveLength(2);
  });

  test("an abort while the token is fetched is INTERRUPTED", async () => {
    const controller = new AbortController();
    await using site = await bed({ accepts: bearer, token: () => controller.abort() });
    expect((await failure(get(site, PULL, controller.signal))).code).toBe("INTERRUPTED");
  });
});

describe("a token that lay around", () => {
  const ambient = (): CredentialProvider => ({
    id: "gh",
    resolve: async () =>
      ({ kind: "basic", username: "gh", password: secret("s3cr3t"), source: "gh", ambient: true }) as const,
  });
  const site = (anonymous: number) =>
    bed({
      accepts: bearer,
      provider: ambient,
      token: (request, response, count) =>
        answerToken(response, { token: `t${count}` }, request.headers.authorization ? 403 : anonymous),
    });

  test("and is refused does not stand before what is public", async () => {
    await using open = await site(200);
    expect(await get(open)).toBe(200);
    expect(open.asked).toHaveLength(2);
    expect(open.asked[1]).toBe("GET service=reg&scope=repository:acme/app:pull -");
    expect(open.seen).toEqual([undefined, "Bearer t2"]);
  });

  test("is what is blamed where nobody else may read either", async () => {
    await using closed = await site(401);
    const error = await failure(get(closed));
    expect(error.code).toBe("DENIED");
    expect(error.message).toContain("gh (gh)");
  });

  test("and is refused is no reason to write as nobody", async () => {
    await using open = await site(200);
    expect((await failure(get(open, PUSH))).code).toBe("DENIED");
    expect(open.asked).toHaveLength(1);
  });

  test("is another thing than credentials that were given for the registry", async () => {
    await using given = await bed({
      accepts: bearer,
      provider: alice,
      token: (request, response) =>
        answerToken(response, { token: "t" }, request.headers.authorization ? 403 : 200),
    });
    expect((await failure(get(given))).code).toBe("DENIED");
    expect(given.asked).toHaveLength(1);
  });
});

describe("token services that fail", () => {
  test.each([
    [401, "AUTH_FAILED"],
    [403, "DENIED"],
    [400, "AUTH_SERVICE"],
    [404, "AUTH_SERVICE"],
    [429, "AUTH_SERVICE"],
    [500, "AUTH_SERVICE"],
    [503, "AUTH_SERVICE"],
  ])("%d is %s and tells no secret", async (status, code) => {
    await using site = await bed({
      accepts: bearer,
      provider: alice,
      token: (_request, response) => answerToken(response, { details: "said no \u001b[1m" }, status),
    });
    const error = await failure(get(site));
    expect(error.code).toBe(code);
    expect(error.why).toContain("said no \\u{1b}[1m");
    expect(printed(error)).toContain(new URL(site.origin).host);
    expect(printed(error)).not.toMatch(/s3cr3t|czNjcjN0/);
    if (code !== "AUTH_SERVICE") expect(error.message).toContain("alice (environment)");
  });

  test("nobody who is refused is told to log in", async () => {
    await using site = await bed({
      accepts: bearer,
      token: (_request, response) => answerToken(response, {}, 401),
    });
    const error = await failure(get(site));
    expect(error).toMatchObject({
      code: "AUTH_FAILED",
      message: `${new URL(site.origin).host} wants credentials`,
    });
    expect(error.fix).toContain("bale login");
  });

  test.each([
    ["not JSON", "<html>"],
    ["a list", "[]"],
    ["no token", "{}"],
    ["an empty token", '{"token":""}'],
    ["a number", '{"token":5}'],
    ["a line end in the token", '{"token":"a\\r\\nb"}'],
    ["over 1 MiB", `{"token":"${"x".repeat(1_100_000)}"}`],
    ["too deep", "[".repeat(500_000)],
  ])("%s is AUTH_SERVICE naming the service", async (_what, text) => {
    await using site = await bed({ accepts: bearer, token: (_request, response) => response.end(text) });
    const error = await failure(get(site));
    expect(error.code).toBe("AUTH_SERVICE");
    expect(error.message).toContain(new URL(site.origin).host);
  });

  test("both fields may be there, and an empty one gives way to the other", async () => {
    await using site = await bed({
      accepts: bearer,
      token: (_request, response) => answerToken(response, { token: "", access_token: "t9" }),
    });
    await get(site);
    expect(site.seen[1]).toBe("Bearer t9");
  });

  test("a passing failure is tried again", async () => {
    await using site = await bed({
      accepts: bearer,
      token: (_request, response, count) => answerToken(response, { token: "t1" }, count === 1 ? 503 : 200),
    });
    expect(await get(site)).toBe(200);
  });

  test("one that nobody listens at is AUTH_SERVICE", async () => {
    await using site = await bed({
      accepts: bearer,
      challenge: () => 'Bearer realm="http://127.0.0.1:1/token"',
    });
    const error = await failure(get(site));
    expect(error.code).toBe("AUTH_SERVICE");
    expect(error.message).toContain("127.0.0.1:1");
  });
});
