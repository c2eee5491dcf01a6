import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createHttpClient } from "@bale/http";
import { type AccessNeed, BaleError, type CredentialProvider, type HttpClient, secret } from "@bale/spec";
import { describe, expect, test } from "vitest";
import { anonymous } from "./anonymous.js";
import { type AuthorizerOptions, createAuthorizer } from "./create-authorizer.js";
import { staticCredentials } from "./static-credentials.js";

const PULL: AccessNeed = { repository: "acme/app", actions: ["pull"] };
const PUSH: AccessNeed = { repository: "acme/app", actions: ["push"] };

interface Bed extends AsyncDisposable {
  readonly origin: string;
  readonly client: HttpClient;
  /** Requests to the token service: method, query or form, and the Authorization header. */
  readonly asked: string[];
  /** Authorization headers that the registry saw. */
  readonly seen: (string | undefined)[];
  readonly logged: string[];
}
interface BedOptions {
  /** Whether the registry is content with a header. */
  readonly accepts: (header: string | undefined) => boolean;
  readonly challenge?: (origin: string) => string;
  readonly token?: (request: IncomingMessage, response: ServerResponse, count: number) => void;
  readonly provider?: (origin: string) => CredentialProvider;
  readonly authorizer?: Partial<AuthorizerOptions>;
}

function answerToken(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** A registry with a token service at /token, and a client that uses the authorizer under test. */
async function bed(options: BedOptions): Promise<Bed> {
  const asked: string[] = [];
  const seen: (string | undefined)[] = [];
  const logged: string[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://x");
    if (url.pathname === "/token") {
      let form = "";
      for await (const chunk of request) form += chunk;
      const given = decodeURIComponent((form || url.search).replace(/^\?/, ""));
      asked.push(`${request.method} ${given} ${request.headers.authorization ?? "-"}`);
      const plain = (): void => answerToken(response, { token: `t${asked.length}`, expires_in: 300 });
      if (options.token) options.token(request, response, asked.length);
      else plain();
      return;
    }
    seen.push(request.headers.authorization);
    if (options.accepts(request.headers.authorization)) response.writeHead(200).end("ok");
    else
      response
        .writeHead(401, {
          "www-authenticate":
            options.challenge?.(origin) ??
            `Bearer realm="${origin}/token",service="reg",scope="repository:victim:pull,push,delete"`,
        })
        .end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const tokens = createHttpClient({ sleep: async () => {}, maxTries: 2 });
  const client = createHttpClient({
    sleep: async () => {},
    authorizer: createAuthorizer({
      provider: options.provider?.(origin) ?? anonymous(),
      http: tokens,
      log: (_level, message, fields) => logged.push(`${message} ${JSON.stringify(fields)}`),
      ...options.authorizer,
    }),
  });
  return {
    origin,
    client,
    asked,
    seen,
    logged,
    [Symbol.asyncDispose]: async () => {
      await client[Symbol.asyncDispose]();
      await tokens[Symbol.asyncDispose]();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const alice = (origin: string): CredentialProvider =>
  staticCredentials({
    origins: origin,
    username: "alice",
    password: secret("p:w s3cr3t"),
    source: "environment",
  });
const ALICE = `Basic ${Buffer.from("alice:p:w s3cr3t").toString("base64")}`;
const bearer = (header: string | undefined): boolean => header?.startsWith("Bearer t") ?? false;

async function get(bed: Bed, access: AccessNeed = PULL, signal?: AbortSignal): Promise<number> {
  const answer = await bed.client.request({ method: "GET", url: `${bed.origin}/v2/`, access, signal });
  await answer.discard();
  return answer.status;
}
async function failure(promise: Promise<unknown>): Promise<BaleError> {
  const error = await promise.catch((caught: unknown) => caught);
  if (!BaleError.is(error)) throw new Error(`expected a BaleError, got ${String(error)}`);
  return error;
}
function printed(error: BaleError): string {
  return [
    error.message,
    error.why,
    error.fix,
    JSON.stringify(error.context),
    String(error.cause),
    error.stack,
  ].join("\n");
}

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
    expect(error.why).toContain("alice (environment)");
    expect(site.seen).toHaveLength(2);
  });

  test("an abort while the token is fetched is INTERRUPTED", async () => {
    const controller = new AbortController();
    await using site = await bed({ accepts: bearer, token: () => controller.abort() });
    expect((await failure(get(site, PULL, controller.signal))).code).toBe("INTERRUPTED");
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

describe("Basic", () => {
  test("is sent after the challenge, and at once from then on", async () => {
    await using site = await bed({
      accepts: (header) => header === ALICE,
      challenge: () => "Basic realm=x",
      provider: alice,
    });
    await get(site);
    await get(site);
    expect(site.seen).toEqual([undefined, ALICE, ALICE]);
  });

  test("that is refused is not sent twice", async () => {
    await using site = await bed({ accepts: () => false, challenge: () => "Basic realm=x", provider: alice });
    const error = await failure(get(site));
    expect(error).toMatchObject({ code: "AUTH_FAILED" });
    expect(error.message).toContain("alice (environment)");
    expect(site.seen).toEqual([undefined, ALICE]);
    await failure(get(site));
    expect(site.seen).toEqual([undefined, ALICE, ALICE]);
  });

  test("without credentials sends no empty header", async () => {
    await using site = await bed({ accepts: () => false, challenge: () => "Basic realm=x" });
    expect((await failure(get(site))).message).toContain("wants credentials");
    expect(site.seen).toEqual([undefined]);
  });

  test("gives way to Bearer where both are offered", async () => {
    await using site = await bed({
      accepts: bearer,
      provider: alice,
      challenge: (origin) => `Basic realm="x", Bearer realm="${origin}/token"`,
    });
    await get(site);
    expect(site.seen).toEqual([undefined, "Bearer t1"]);
  });

  test.each(["a:b", "a\nb"])("a user name like %j is refused before it is sent", async (username) => {
    await using site = await bed({
      accepts: () => false,
      challenge: () => "Basic realm=x",
      provider: (origin) => staticCredentials({ origins: origin, username, password: secret("s3cr3t") }),
    });
    const error = await failure(get(site));
    expect(error.message).toBe("the credentials cannot be sent");
    expect(printed(error)).not.toContain("s3cr3t");
  });
});

describe("where credentials may go", () => {
  const input = { origin: "http://registry.example", access: PULL };
  const basic = { ...input, status: 401, wwwAuthenticate: "Basic realm=x", sent: undefined };
  const never: HttpClient["request"] = () => Promise.reject(new Error("nothing may be asked"));

  test("over plain http only to origins that are marked", async () => {
    const provider = alice(input.origin);
    const plain = createAuthorizer({ provider, http: { request: never } });
    expect(await plain.challenge(basic)).toBe(false);
    expect(await plain.authorize(input)).toBeUndefined();
    const marked = createAuthorizer({
      provider,
      http: { request: never },
      allowedInsecure: (origin) => origin === input.origin,
    });
    expect(await marked.challenge(basic)).toBe(true);
    expect(await marked.authorize(input)).toBe(ALICE);
    expect(marked.identity?.(input)).toBe("alice (environment)");
  });

  test("a realm that is refused is not asked, and the provider neither", async () => {
    const provider: CredentialProvider = {
      id: "x",
      resolve: () => Promise.reject(new Error("must not be asked")),
    };
    const authorizer = createAuthorizer({ provider, http: { request: never } });
    const challenge = authorizer.challenge({
      ...basic,
      origin: "https://registry.example",
      wwwAuthenticate: 'Bearer realm="https://169.254.169.254/token"',
    });
    expect((await failure(challenge)).code).toBe("CROSS_ORIGIN");
  });

  test("a challenge of no known scheme is declined", async () => {
    const authorizer = createAuthorizer({ provider: alice(input.origin), http: { request: never } });
    for (const wwwAuthenticate of [undefined, "", "Negotiate", "Bearer", 'Digest realm="x"'])
      expect(await authorizer.challenge({ ...basic, wwwAuthenticate })).toBe(false);
  });

  test("one origin's credentials are never used for another", async () => {
    await using first = await bed({ accepts: bearer, provider: alice });
    await using second = await bed({ accepts: bearer, provider: () => alice(first.origin) });
    await get(second);
    expect(second.asked).toEqual(["GET service=reg&scope=repository:acme/app:pull -"]);
  });

  test("a redirect of the token service to another origin carries no password", async () => {
    const headers: (string | undefined)[] = [];
    await using elsewhere = await bed({
      accepts: (header) => {
        headers.push(header);
        return true;
      },
    });
    await using site = await bed({
      accepts: bearer,
      provider: alice,
      token: (_request, response) => response.writeHead(307, { location: `${elsewhere.origin}/steal` }).end(),
    });
    expect((await failure(get(site))).code).toBe("AUTH_SERVICE");
    expect(headers).toEqual([undefined]);
  });

  test("a token service is told in the log when it is first named", async () => {
    await using site = await bed({ accepts: bearer });
    await get(site);
    await get(site, PUSH);
    expect(site.logged).toEqual([
      `a registry names its token service ${JSON.stringify({ origin: site.origin, host: new URL(site.origin).host })}`,
    ]);
  });
});
