import { afterEach, describe, expect, it } from "vitest";
import { call, errorCode, manifestBytes, manifestPath, putManifest, repository } from "../client.testing.js";
import { startTestRegistry, type TestRegistry } from "../test-registry.js";
import type { AuthOptions } from "./auth-options.js";

const users = { ann: "pass:word" };
const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
});
const ann = basic("ann", "pass:word");
const tags = `/v2/${repository}/tags/list`;

let registry: TestRegistry;
afterEach(() => registry.close());

async function start(auth: AuthOptions): Promise<void> {
  registry = await startTestRegistry({ auth });
  registry.store.createRepository(repository);
}

interface Challenge {
  readonly realm: string;
  readonly service: string;
  readonly scope?: string;
  readonly error?: string;
}

async function challenge(response: Response): Promise<Challenge> {
  expect([response.status, await errorCode(response)]).toEqual([401, "UNAUTHORIZED"]);
  const header = response.headers.get("www-authenticate") ?? "";
  expect(header).toMatch(/^Bearer /);
  return Object.fromEntries(
    [...header.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
  ) as unknown as Challenge;
}

interface TokenAnswer {
  readonly token?: string;
  readonly access_token?: string;
  readonly refresh_token?: string;
  readonly expires_in?: number;
}

/** Asks the realm of a challenge by GET and gives the whole answer. */
async function askToken(
  asked: Challenge,
  headers: Record<string, string> = {},
  extra = "",
): Promise<TokenAnswer> {
  const scope = asked.scope === undefined ? "" : `&scope=${encodeURIComponent(asked.scope)}`;
  const response = await call(registry, `${asked.realm}?service=${asked.service}${scope}${extra}`, {
    headers,
  });
  expect(response.status).toBe(200);
  return (await response.json()) as TokenAnswer;
}

const bearer = (token: string | undefined) => ({ authorization: `Bearer ${token}` });

describe("Basic", () => {
  it("wants credentials and takes the right ones", async () => {
    await start({ scheme: "basic", users });
    const refused = await call(registry, tags);
    expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([
      401,
      'Basic realm="test-registry"',
    ]);
    expect((await call(registry, tags, { headers: basic("ann", "wrong") })).status).toBe(401);
    expect((await call(registry, tags, { headers: basic("constructor", "") })).status).toBe(401);
    expect((await call(registry, tags, { headers: ann })).status).toBe(200);
    expect(registry.log.map((record) => record.authorization)).toEqual([
      undefined,
      "basic",
      "basic",
      "basic",
    ]);
  });

  it("lets everybody read where it is told to, and denies by scope", async () => {
    await start({ scheme: "basic", users, anonymousPull: true, deny: /:delete$/ });
    expect((await call(registry, tags)).status).toBe(200);
    expect((await putManifest(registry, "v1", manifestBytes(registry))).status).toBe(401);
    expect((await putManifest(registry, "v1", manifestBytes(registry), ann)).status).toBe(201);
    const removed = await call(registry, manifestPath("v1"), { method: "DELETE", headers: ann });
    expect([removed.status, await errorCode(removed)]).toEqual([403, "DENIED"]);
  });
});

describe("Bearer", () => {
  it("challenges with what the request needs", async () => {
    await start({ scheme: "bearer", users });
    const scopeOf = async (path: string, method = "GET") =>
      (await challenge(await call(registry, path, { method }))).scope;
    expect(await scopeOf("/v2/")).toBeUndefined();
    expect(await scopeOf(tags)).toBe(`repository:${repository}:pull`);
    expect(await scopeOf(manifestPath("v1"), "DELETE")).toBe(`repository:${repository}:delete`);
    expect(await scopeOf("/v2/_catalog")).toBe("registry:catalog:*");
    const mount = `/v2/${repository}/blobs/uploads/?mount=sha256:x&from=acme/base`;
    expect(await scopeOf(mount, "POST")).toBe(`repository:${repository}:pull,push repository:acme/base:pull`);
  });

  it("issues a token for the scope, which opens that and no more", async () => {
    await start({ scheme: "bearer", users });
    const asked = await challenge(await call(registry, tags));
    const { token, access_token, expires_in } = await askToken(asked, ann);
    expect([access_token, expires_in]).toEqual([token, 300]);
    expect((await call(registry, tags, { headers: bearer(token) })).status).toBe(200);
    const put = await putManifest(registry, "v1", manifestBytes(registry), bearer(token));
    expect((await challenge(put)).error).toBe("insufficient_scope");
    expect((await call(registry, "/v2/", { headers: bearer(token) })).status).toBe(200);
    expect((await challenge(await call(registry, tags, { headers: bearer("made-up") }))).error).toBe(
      "invalid_token",
    );
    expect(registry.auth.asked).toEqual([
      {
        method: "GET",
        service: "test-registry",
        scopes: [`repository:${repository}:pull`],
        user: "ann",
        status: 200,
      },
    ]);
  });

  it("gives the anonymous pull alone, or nothing", async () => {
    await start({ scheme: "bearer", users, anonymousPull: true });
    const asked = await challenge(
      await call(registry, `/v2/${repository}/blobs/uploads/`, { method: "POST" }),
    );
    const { token } = await askToken(asked);
    expect((await call(registry, tags, { headers: bearer(token) })).status).toBe(200);
    expect((await putManifest(registry, "v1", manifestBytes(registry), bearer(token))).status).toBe(401);
    registry.auth.configure({ anonymousPull: false });
    expect((await call(registry, asked.realm)).status).toBe(401);
  });

  it("takes POST with a password and with a refresh token", async () => {
    await start({ scheme: "bearer", users, refreshTokens: { "given-token": "ann" } });
    const asked = await challenge(await call(registry, tags));
    const post = (form: Record<string, string>) =>
      call(registry, asked.realm, {
        method: "POST",
        body: new URLSearchParams({
          service: asked.service,
          scope: asked.scope ?? "",
          client_id: "test",
          ...form,
        }),
      });
    const password = {
      grant_type: "password",
      username: "ann",
      password: "pass:word",
      access_type: "offline",
    };
    const first = (await (await post(password)).json()) as TokenAnswer;
    expect((await call(registry, tags, { headers: bearer(first.access_token) })).status).toBe(200);
    for (const refresh of [first.refresh_token ?? "", "given-token"]) {
      const again = await post({ grant_type: "refresh_token", refresh_token: refresh });
      const { access_token } = (await again.json()) as TokenAnswer;
      expect((await call(registry, tags, { headers: bearer(access_token) })).status).toBe(200);
    }
    registry.auth.revokeRefreshTokens();
    expect((await post({ grant_type: "refresh_token", refresh_token: "given-token" })).status).toBe(401);
    expect((await post({ ...password, password: "wrong" })).status).toBe(401);
    expect(registry.auth.asked.at(-1)).toMatchObject({ method: "POST", grantType: "password", status: 401 });
  });

  it("gives a refresh token with offline_token", async () => {
    await start({ scheme: "bearer", users });
    const asked = await challenge(await call(registry, tags));
    expect((await askToken(asked, ann, "&offline_token=true")).refresh_token).toBeTypeOf("string");
    expect((await askToken(asked, ann)).refresh_token).toBeUndefined();
  });

  it("lets tokens expire, and revokes them", async () => {
    await start({ scheme: "bearer", users, tokenSeconds: 0 });
    const asked = await challenge(await call(registry, tags));
    const expired = await askToken(asked, ann);
    expect((await call(registry, tags, { headers: bearer(expired.token) })).status).toBe(401);
    registry.auth.configure({ tokenSeconds: 60 });
    const { token } = await askToken(asked, ann);
    expect((await call(registry, tags, { headers: bearer(token) })).status).toBe(200);
    registry.auth.revokeTokens();
    expect((await call(registry, tags, { headers: bearer(token) })).status).toBe(401);
  });

  it("denies scopes silently: the token is good, but for less", async () => {
    await start({ scheme: "bearer", users, deny: /:push$/ });
    const start0 = await call(registry, `/v2/${repository}/blobs/uploads/`, { method: "POST" });
    const { token } = await askToken(await challenge(start0), ann);
    expect((await call(registry, tags, { headers: bearer(token) })).status).toBe(200);
    const put = await putManifest(registry, "v1", manifestBytes(registry), bearer(token));
    expect((await challenge(put)).error).toBe("insufficient_scope");
  });

  it("refuses for ever", async () => {
    await start({ scheme: "bearer", users });
    const { token } = await askToken(await challenge(await call(registry, tags)), ann);
    registry.auth.configure({ endless: true });
    for (let index = 0; index < 3; index += 1) {
      expect((await challenge(await call(registry, tags, { headers: bearer(token) }))).error).toBe(
        "invalid_token",
      );
    }
    registry.auth.configure(undefined);
    expect((await call(registry, tags)).status).toBe(200);
  });
});

describe("the token endpoint", () => {
  it("may live on the second origin, or wherever the realm says", async () => {
    await start({ scheme: "bearer", users, tokenListener: "second" });
    const asked = await challenge(await call(registry, tags));
    expect(asked.realm).toBe(`${registry.secondUrl}/token`);
    const { token } = await askToken(asked, ann);
    expect(registry.log.at(-1)).toMatchObject({ listener: "second", authorization: "basic" });
    expect((await call(registry, tags, { headers: bearer(token) })).status).toBe(200);
    registry.auth.configure({ realm: "https://example.com/token" });
    expect((await challenge(await call(registry, tags))).realm).toBe("https://example.com/token");
  });

  it.each([
    ["token", true, false],
    ["access_token", false, true],
    ["both", true, true],
    ["neither", false, false],
  ] as const)("names the token by %s", async (tokenField, token, accessToken) => {
    await start({ scheme: "bearer", users, tokenField, expiryHidden: true });
    const answer = await askToken(await challenge(await call(registry, tags)), ann);
    expect([answer.token !== undefined, answer.access_token !== undefined]).toEqual([token, accessToken]);
    expect(answer.expires_in).toBeUndefined();
  });

  it("fails so many times, then works; the failures are recorded", async () => {
    const tokenFailure = { times: 2, status: 503, body: "busy", retryAfter: "1" };
    await start({ scheme: "bearer", users, tokenFailure });
    const asked = await challenge(await call(registry, tags));
    const first = await call(registry, asked.realm, { headers: ann });
    expect([first.status, first.headers.get("retry-after"), await first.text()]).toEqual([503, "1", "busy"]);
    expect((await call(registry, asked.realm, { headers: ann })).status).toBe(503);
    await askToken(asked, ann);
    expect(registry.auth.asked.map((request) => request.status)).toEqual([503, 503, 200]);
    registry.auth.clearAsked();
    expect(registry.auth.asked).toEqual([]);
  });

  it("answers any text, late, and to some methods only", async () => {
    const options = { tokenBody: "{not json", tokenDelayMilliseconds: 30, tokenMethods: ["GET"] } as const;
    await start({ scheme: "bearer", users, ...options });
    const { realm } = await challenge(await call(registry, tags));
    const before = performance.now();
    expect(await (await call(registry, realm, { headers: ann })).text()).toBe("{not json");
    expect(performance.now() - before).toBeGreaterThan(25);
    expect((await call(registry, realm, { method: "POST", body: "" })).status).toBe(405);
  });

  it("may hear only the last of several scopes", async () => {
    await start({ scheme: "bearer", users, onlyLastScope: true });
    const { realm } = await challenge(await call(registry, tags));
    const scopes = `scope=repository:${repository}:pull&scope=repository:acme/base:pull`;
    const { token } = (await (
      await call(registry, `${realm}?${scopes}`, { headers: ann })
    ).json()) as TokenAnswer;
    expect((await call(registry, tags, { headers: bearer(token) })).status).toBe(401);
    expect((await call(registry, "/v2/acme/base/tags/list", { headers: bearer(token) })).status).toBe(404);
  });

  it("is not there without bearer authentication", async () => {
    await start({ scheme: "basic", users });
    expect((await call(registry, "/token", { headers: ann })).status).toBe(404);
  });
});
