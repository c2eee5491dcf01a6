import {
  BaleError,
  type ConfigSchema,
  type Credential,
  type CredentialProvider,
  type CredentialRequest,
  secret,
} from "@bale/spec";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anonymous } from "./anonymous.js";
import { auth } from "./auth.js";
import { chain } from "./chain.js";
import { environmentCredentials, environmentSuffix } from "./environment-credentials.js";
import { githubCredentials } from "./github-credentials.js";
import { memoize } from "./memoize.js";
import { scopesCover, scopesFor } from "./scopes.js";
import { describeCredential, type SourcedCredential } from "./sourced-credential.js";
import { staticCredentials } from "./static-credentials.js";

const GHCR: CredentialRequest = { origin: "https://ghcr.io", repository: "acme/app", actions: ["pull"] };

function at(origin: string): CredentialRequest {
  return { ...GHCR, origin };
}

/** What a credential says when it is sent: kind, user, secret and source. */
function shown(credential: SourcedCredential | undefined): string | undefined {
  if (!credential) return undefined;
  if (credential.kind === "anonymous") return "anonymous";
  const user =
    credential.kind === "basic"
      ? `${credential.username}:${credential.password.reveal()}`
      : credential.token.reveal();
  return `${credential.kind} ${user} (${credential.source ?? "-"})`;
}

function counting(
  answer: () => Promise<Credential | undefined>,
): CredentialProvider & { readonly calls: () => number } {
  let calls = 0;
  return {
    id: "counting",
    calls: () => calls,
    resolve: () => {
      calls += 1;
      return answer();
    },
  };
}

describe("chain", () => {
  const alice = staticCredentials({ origins: "https://ghcr.io", username: "alice", password: secret("a") });

  test("the first that answers counts, and silence all along is no answer", async () => {
    const bob = staticCredentials({ origins: "https://ghcr.io", username: "bob", password: secret("b") });
    expect(shown(await chain(alice, bob, anonymous()).resolve(GHCR))).toBe("basic alice:a (command line)");
    expect(shown(await chain(alice, anonymous()).resolve(at("https://other.example")))).toBe("anonymous");
    expect(await chain(alice).resolve(at("https://other.example"))).toBeUndefined();
  });

  test("a provider that fails ends the search", async () => {
    const broken: CredentialProvider = {
      id: "broken",
      resolve: () => Promise.reject(new BaleError({ code: "CREDENTIAL_HELPER", message: "no" })),
    };
    await expect(chain(broken, alice).resolve(GHCR)).rejects.toMatchObject({ code: "CREDENTIAL_HELPER" });
  });

  test("a provider's name is the source where it gives none", async () => {
    const plain = counting(async () => ({ kind: "identity-token", token: secret("t") }));
    expect(shown(await chain(plain).resolve(GHCR))).toBe("identity-token t (counting)");
  });

  test("saving goes to the first storage, erasing to all", async () => {
    const calls: string[] = [];
    const stored = (id: string): CredentialProvider => ({
      ...anonymous(),
      storage: {
        save: async () => void calls.push(`save ${id}`),
        erase: async () => {
          calls.push(`erase ${id}`);
          return id === "b";
        },
      },
    });
    const { storage } = chain(anonymous(), stored("a"), stored("b"));
    await storage?.save("https://ghcr.io", { kind: "anonymous" });
    expect(await storage?.erase("https://ghcr.io")).toBe(true);
    expect(calls).toEqual(["save a", "erase a", "erase b"]);
    expect(chain(anonymous()).storage).toBeUndefined();
  });
});

describe("memoize", () => {
  test("asks once for each origin, repository and set of actions", async () => {
    const inner = counting(async () => undefined);
    const provider = memoize(inner);
    await Promise.all([provider.resolve(GHCR), provider.resolve(GHCR)]);
    await provider.resolve({ ...GHCR, actions: ["pull"] });
    expect(inner.calls()).toBe(1);
    await provider.resolve({ ...GHCR, actions: ["push", "pull"] });
    await provider.resolve({ ...GHCR, actions: ["pull", "push"] });
    await provider.resolve({ ...GHCR, repository: "acme/other" });
    await provider.resolve(at("https://other.example"));
    expect(inner.calls()).toBe(4);
  });

  test("a credential that expires is renewed before its end", async () => {
    let now = 0;
    const inner = counting(async () => ({
      kind: "bearer",
      token: secret("t"),
      expiresAt: new Date(now + 100_000),
    }));
    const provider = memoize(inner, { refreshBeforeMs: 30_000, now: () => now });
    await provider.resolve(GHCR);
    now = 69_999;
    await provider.resolve(GHCR);
    expect(inner.calls()).toBe(1);
    now = 70_000;
    await provider.resolve(GHCR);
    expect(inner.calls()).toBe(2);
  });

  test("a password or identity token that ends is asked for again as well", async () => {
    const ending = [
      { kind: "basic", username: "AWS", password: secret("p"), expiresAt: new Date(100_000) },
      { kind: "identity-token", token: secret("t"), expiresAt: new Date(100_000) },
    ] as const;
    for (const credential of ending) {
      let now = 0;
      const inner = counting(async () => credential);
      const provider = memoize(inner, { now: () => now });
      await provider.resolve(GHCR);
      now = 39_999;
      await provider.resolve(GHCR);
      expect(inner.calls()).toBe(1);
      now = 40_000;
      await provider.resolve(GHCR);
      expect(inner.calls()).toBe(2);
    }
  });

  test("a failure is not kept, nor is anything after saving or erasing", async () => {
    let fail = true;
    const inner = counting(async () => {
      if (fail) throw new BaleError({ code: "CREDENTIAL_HELPER", message: "no" });
      return { kind: "anonymous" };
    });
    const storage = { save: async () => {}, erase: async () => true };
    const provider = memoize({ ...inner, storage });
    await expect(provider.resolve(GHCR)).rejects.toMatchObject({ code: "CREDENTIAL_HELPER" });
    fail = false;
    await provider.resolve(GHCR);
    await provider.storage?.save("https://ghcr.io", { kind: "anonymous" });
    await provider.resolve(GHCR);
    await provider.storage?.erase("https://ghcr.io");
    await provider.resolve(GHCR);
    expect(inner.calls()).toBe(4);
  });

  test("what was asked before a saving has ended is not kept", async () => {
    let stored = "old";
    const inner = counting(async () => ({ kind: "bearer", token: secret(stored) }));
    let saved: () => void = () => {};
    const storage = {
      save: async () => {
        await new Promise<void>((resolve) => (saved = resolve));
        stored = "new";
      },
      erase: async () => true,
    };
    const provider = memoize({ ...inner, storage });
    const saving = provider.storage?.save("https://ghcr.io", { kind: "anonymous" });
    // The source still has the old one.
    expect(shown(await provider.resolve(GHCR))).toBe("bearer old (-)");
    saved();
    await saving;
    expect(shown(await provider.resolve(GHCR))).toBe("bearer new (-)");
  });

  test("an answer that is under way while something is saved is not kept either", async () => {
    const answers: ((credential: Credential) => void)[] = [];
    const inner = counting(() => new Promise((resolve) => answers.push(resolve)));
    const storage = { save: async () => {}, erase: async () => true };
    const provider = memoize({ ...inner, storage });
    const early = provider.resolve(GHCR);
    await provider.storage?.save("https://ghcr.io", { kind: "anonymous" });
    const late = provider.resolve(GHCR);
    answers[0]?.({ kind: "bearer", token: secret("old") });
    answers[1]?.({ kind: "bearer", token: secret("new") });
    expect(shown(await early)).toBe("bearer old (-)");
    expect(shown(await late)).toBe("bearer new (-)");
    expect(shown(await provider.resolve(GHCR))).toBe("bearer new (-)");
    expect(inner.calls()).toBe(2);
  });

  test("a saving that fails forgets as well", async () => {
    const inner = counting(async () => undefined);
    const storage = { save: () => Promise.reject(new Error("disk full")), erase: async () => true };
    const provider = memoize({ ...inner, storage });
    await provider.resolve(GHCR);
    await expect(provider.storage?.save("https://ghcr.io", { kind: "anonymous" })).rejects.toThrow("disk");
    await provider.resolve(GHCR);
    expect(inner.calls()).toBe(2);
  });

  test("one caller's abort leaves the others waiting", async () => {
    let answer: (credential: Credential) => void = () => {};
    const inner = counting(() => new Promise((resolve) => (answer = resolve)));
    const provider = memoize(inner);
    const controller = new AbortController();
    const leaving = provider.resolve(GHCR, { signal: controller.signal });
    const staying = provider.resolve(GHCR);
    controller.abort();
    await expect(leaving).rejects.toMatchObject({ code: "INTERRUPTED" });
    answer({ kind: "anonymous" });
    expect(await staying).toEqual({ kind: "anonymous" });
    expect(inner.calls()).toBe(1);
  });
});

describe("environment", () => {
  const general = { BALE_USERNAME: "alice", BALE_PASSWORD: "pw" };

  test("the general variables are for the named origins alone", async () => {
    const provider = environmentCredentials(general, { forOrigins: ["https://ghcr.io"] });
    expect(shown(await provider.resolve(GHCR))).toBe("basic alice:pw (BALE_PASSWORD)");
    expect(await provider.resolve(at("https://evil.example"))).toBeUndefined();
    expect(await provider.resolve(at("http://ghcr.io"))).toBeUndefined();
    expect(await provider.resolve(at("https://ghcr.io:8443"))).toBeUndefined();
    expect(await environmentCredentials(general).resolve(GHCR)).toBeUndefined();
  });

  test("a host's own variables come first and need no naming", async () => {
    const env = {
      ...general,
      BALE_USERNAME_GHCR_IO: "bob",
      BALE_TOKEN_GHCR_IO: "t",
      BALE_TOKEN_LOCALHOST_5000: "l",
    };
    const provider = environmentCredentials(env, { forOrigins: ["https://ghcr.io"] });
    expect(shown(await provider.resolve(GHCR))).toBe("basic bob:t (BALE_TOKEN_GHCR_IO)");
    expect(shown(await provider.resolve(at("http://localhost:5000")))).toBe(
      "bearer l (BALE_TOKEN_LOCALHOST_5000)",
    );
  });

  test("half of a pair, or an empty value, is nothing", async () => {
    for (const env of [
      { BALE_USERNAME: "a" },
      { BALE_PASSWORD: "b" },
      { BALE_USERNAME: "", BALE_PASSWORD: "b" },
      { BALE_TOKEN: "" },
    ])
      expect(
        await environmentCredentials(env, { forOrigins: ["https://ghcr.io"] }).resolve(GHCR),
      ).toBeUndefined();
  });

  test("a host's suffix can stand in the name of a variable", () => {
    fc.assert(
      fc.property(fc.webAuthority(), (host) => {
        expect(environmentSuffix(host)).toMatch(/^[A-Z0-9_]+$/);
      }),
    );
    expect(environmentSuffix("my-host.example:5000")).toBe("MY__HOST_EXAMPLE_5000");
  });

  test("no two hosts have one suffix", () => {
    const label = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,3}[a-z0-9])?$/);
    const host = fc
      .tuple(fc.array(label, { minLength: 1, maxLength: 4 }), fc.option(fc.constantFrom("5", "443", "8080")))
      .map(([labels, port]) => `${labels.join(".")}${port === null ? "" : `:${port}`}`)
      // Names whose last part is a number are refused by URL, or are addresses of four parts.
      .filter((name) => URL.canParse(`https://${name}`))
      .map((name) => new URL(`https://${name}`).host);
    const variants = host.chain((name) =>
      fc.tuple(
        fc.constant(name),
        fc.oneof(host, fc.constant(name.replace(".", "-")), fc.constant(name.replace("-", "."))),
      ),
    );
    fc.assert(
      fc.property(variants, ([one, other]) => {
        if (one !== other) expect(environmentSuffix(one)).not.toBe(environmentSuffix(other));
      }),
    );
    const addresses = ["[::1]", "[::1]:5000", "[::1:5000]", "[1::]:5", "[1::5]", "10.0.0.1", "10.0.0.1:5"];
    expect(new Set(addresses.map(environmentSuffix)).size).toBe(addresses.length);
  });

  test("a namesake gets nothing, and the user is told how to write it", async () => {
    const env = { BALE_USERNAME_REGISTRY_EXAMPLE_COM: "alice", BALE_PASSWORD_REGISTRY_EXAMPLE_COM: "pw" };
    const warnings: string[] = [];
    const provider = environmentCredentials(env, { warn: (message) => warnings.push(message) });
    expect(shown(await provider.resolve(at("https://registry.example.com")))).toContain("alice:pw");
    expect(warnings).toEqual([]);
    for (let count = 0; count < 2; count++)
      expect(await provider.resolve(at("https://registry-example.com"))).toBeUndefined();
    expect(warnings).toEqual([
      "BALE_PASSWORD_REGISTRY_EXAMPLE_COM is not used for registry-example.com: a hyphen of a host is two underscores, BALE_PASSWORD_REGISTRY__EXAMPLE_COM",
    ]);
    const right = { BALE_TOKEN_REGISTRY__EXAMPLE_COM: "t" };
    expect(shown(await environmentCredentials(right).resolve(at("https://registry-example.com")))).toBe(
      "bearer t (BALE_TOKEN_REGISTRY__EXAMPLE_COM)",
    );
  });
});

test("GITHUB_TOKEN goes to ghcr.io and nowhere else", async () => {
  const provider = githubCredentials({ GITHUB_TOKEN: "t", GITHUB_ACTOR: "octo" });
  expect(shown(await provider.resolve(GHCR))).toBe("basic octo:t (GITHUB_TOKEN)");
  for (const origin of ["http://ghcr.io", "https://ghcr.io.evil.example", "https://docker.pkg.github.com"])
    expect(await provider.resolve(at(origin))).toBeUndefined();
  expect(await githubCredentials({}).resolve(GHCR)).toBeUndefined();
});

test("static credentials answer for their origins in any spelling of them", async () => {
  const provider = staticCredentials({ origins: ["https://GHCR.io:443/"], identityToken: secret("i") });
  expect(shown(await provider.resolve(GHCR))).toBe("identity-token i (command line)");
  expect(await provider.resolve(at("https://ghcr.io:444"))).toBeUndefined();
});

test("a description names user and source, never the secret", () => {
  const all: readonly SourcedCredential[] = [
    { kind: "basic", username: "alice", password: secret("s3cr3t"), source: "environment" },
    { kind: "identity-token", token: secret("s3cr3t") },
    { kind: "bearer", token: secret("s3cr3t"), source: "file" },
    { kind: "anonymous" },
  ];
  expect(all.map(describeCredential)).toEqual([
    "alice (environment)",
    "the holder of an identity token",
    "the holder of a token (file)",
    "nobody",
  ]);
});

describe("scopesFor", () => {
  test.each([
    [undefined, []],
    [{ actions: [] }, []],
    [{ actions: ["pull"] }, []],
    [{ repository: "a/b", actions: ["pull"] }, ["repository:a/b:pull"]],
    [{ repository: "a/b", actions: ["push"] }, ["repository:a/b:pull,push"]],
    [{ repository: "a/b", actions: ["delete", "pull"] }, ["repository:a/b:pull,delete"]],
    [{ actions: [], catalog: true }, ["registry:catalog:*"]],
    [
      { repository: "b", actions: ["push"], alsoPull: ["c", "a", "b"] },
      ["repository:a:pull", "repository:b:pull,push", "repository:c:pull"],
    ],
  ] as const)("%j", (access, scopes) => {
    expect(scopesFor(access)).toEqual(scopes);
  });
});

test.each([
  [["repository:a:pull,push"], ["repository:a:pull"], true],
  [["repository:a:pull"], ["repository:a:pull,push"], false],
  [["repository:a:pull", "repository:b:pull,push"], ["repository:b:pull"], true],
  [["repository:a:pull"], ["repository:a:pull", "repository:b:pull"], false],
  [["repository:ab:pull"], ["repository:a:pull"], false],
  [["repository:a:pull"], [], false],
  [["repository:a:pull"], ["registry:catalog:*"], false],
  [["registry:catalog:*"], ["registry:catalog:*"], true],
  [[], [], true],
  [[], ["repository:a:pull"], false],
])("a token for %j serves %j: %s", (held, needed, covered) => {
  expect(scopesCover(held, needed)).toBe(covered);
});

test("the plugin names its sources and takes no settings", async () => {
  const plugin = auth({ forOrigins: ["https://ghcr.io"] });
  expect(plugin.credentials?.map(({ id }) => id)).toEqual(["environment", "github", "gh", "anonymous"]);
  const [environment] = plugin.credentials ?? [];
  const config = environment?.config as ConfigSchema<unknown>;
  expect(config.parse({})).toEqual({ ok: true, value: {} });
  expect(config.parse(undefined)).toMatchObject({ ok: true });
  for (const input of [{ a: 1 }, [], "x", null]) expect(config.parse(input)).toMatchObject({ ok: false });
  const context = {
    env: { BALE_USERNAME: "alice", BALE_PASSWORD: "pw" },
    credentials: anonymous(),
    http: { request: () => Promise.reject(new Error("not asked")), [Symbol.asyncDispose]: async () => {} },
    log: () => {},
  };
  const provider = await environment?.open({}, context);
  expect(shown(await provider?.resolve(GHCR))).toBe("basic alice:pw (BALE_PASSWORD)");
});
