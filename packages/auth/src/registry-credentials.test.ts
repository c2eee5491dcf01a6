import { BaleError, type CredentialRequest, secret } from "@bale/spec";
import { describe, expect, test } from "vitest";
import { failure } from "./bed.testing.js";
import { type RegistryCredentialsOptions, registryCredentials } from "./registry-credentials.js";
import type { SourcedCredential } from "./sourced-credential.js";

const at = (origin: string, actions: CredentialRequest["actions"] = ["pull"]): CredentialRequest => ({
  origin,
  repository: "acme/app",
  actions,
});
const HOST = "reg.cloud.example";

function provide(
  obtain: RegistryCredentialsOptions["obtain"],
  more: Partial<RegistryCredentialsOptions> = {},
): ReturnType<typeof registryCredentials> {
  return registryCredentials({
    id: "cloud",
    serves: (host) => host.endsWith(".cloud.example"),
    mayBePublic: () => true,
    missing: (host) => new BaleError({ code: "AUTH_FAILED", message: `nothing for ${host}` }),
    obtain,
    ...more,
  });
}
const ending = (count: number, at: number): SourcedCredential => ({
  kind: "basic",
  username: "u",
  password: secret(`p${count}`),
  expiresAt: new Date(at),
});

describe("credentials of a cloud's registries", () => {
  test("are for https on the usual port of hosts that it serves", async () => {
    const asked: string[] = [];
    const provider = provide(async (host) => {
      asked.push(host);
      return ending(1, 1e15);
    });
    for (const origin of [
      "http://reg.cloud.example",
      "https://reg.cloud.example:8443",
      "https://cloud.example.evil",
      "https://reg.cloud.example.evil",
      "https://user@reg.cloud.example",
      "https://reg.cloud.example/x",
    ])
      expect(await provider.resolve(at(origin))).toBeUndefined();
    expect(asked).toEqual([]);
    expect(await provider.resolve(at(`https://${HOST}`))).toMatchObject({ username: "u" });
    expect(asked).toEqual([HOST]);
  });

  test("are asked for once, whatever the repositories and actions, and again shortly before they end", async () => {
    let now = 0;
    let calls = 0;
    const provider = provide(
      async () => {
        calls += 1;
        return ending(calls, now + 100_000);
      },
      { now: () => now },
    );
    const origin = `https://${HOST}`;
    await Promise.all([
      provider.resolve(at(origin)),
      provider.resolve({ ...at(origin, ["push"]), repository: "acme/other" }),
    ]);
    now = 39_999;
    await provider.resolve(at(origin));
    expect(calls).toBe(1);
    now = 40_000;
    await provider.resolve(at(origin));
    expect(calls).toBe(2);
    await provider.resolve(at("https://two.cloud.example"));
    expect(calls).toBe(3);
  });

  test("that cannot be obtained are a failure, which is not kept", async () => {
    let fail = true;
    const provider = provide(async () => {
      if (fail) throw new BaleError({ code: "AUTH_SERVICE", message: "down" });
      return ending(1, 1e15);
    });
    expect((await failure(provider.resolve(at(`https://${HOST}`)))).code).toBe("AUTH_SERVICE");
    fail = false;
    expect(await provider.resolve(at(`https://${HOST}`))).toBeDefined();
  });

  test("that nothing is there for leave a public pull to go on without", async () => {
    const provider = provide(async () => undefined);
    expect(await provider.resolve(at(`https://${HOST}`))).toBeUndefined();
    for (const actions of [["push"], ["pull", "push"], ["delete"]] as const)
      expect((await failure(provider.resolve(at(`https://${HOST}`, actions)))).message).toBe(
        `nothing for ${HOST}`,
      );
    const closed = provide(async () => undefined, { mayBePublic: () => false });
    expect((await failure(closed.resolve(at(`https://${HOST}`)))).code).toBe("AUTH_FAILED");
  });
});
