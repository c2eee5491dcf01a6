import { type CredentialProvider, type HttpClient, secret } from "@bale/spec";
import { describe, expect, test } from "vitest";
import { ALICE, alice, bearer, bed, failure, get, PULL, PUSH, printed } from "./bed.testing.js";
import { createAuthorizer } from "./create-authorizer.js";
import { staticCredentials } from "./static-credentials.js";

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
