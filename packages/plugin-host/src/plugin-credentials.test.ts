import { type Credential, type CredentialContribution, type CredentialRequest, secret } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { pluginCredentials } from "./plugin-credentials.js";
import { hostOf, plugin } from "./sample-plugin.testing.js";

const request = (origin: string): CredentialRequest => ({ origin, actions: ["pull"] });

interface Seen {
  readonly opened: unknown[];
  readonly asked: string[];
}
function source(
  seen: Seen,
  id: string,
  hosts: readonly string[] | undefined,
  answer: () => Promise<Credential | undefined>,
): CredentialContribution {
  return {
    id,
    hosts,
    config: { parse: (value) => ({ ok: true, value }) },
    open: async (config) => {
      seen.opened.push([id, config]);
      return {
        id,
        resolve: async ({ origin }) => {
          seen.asked.push(`${id} ${origin}`);
          return answer();
        },
      };
    },
  };
}
const token = (text: string) => async (): Promise<Credential> => ({ kind: "bearer", token: secret(text) });
const nothing = async (): Promise<undefined> => undefined;

describe("the credentials of plugins", () => {
  it("come from the first source that may know the host and answers; others are not even opened", async () => {
    const seen: Seen = { opened: [], asked: [] };
    const host = hostOf(
      {},
      plugin("a", {
        credentials: [
          source(seen, "cloud", ["*.cloud.example"], token("of the cloud")),
          source(seen, "any", undefined, nothing),
          source(seen, "vault", ["ghcr.io"], token("of the vault")),
        ],
      }),
    );
    const provider = pluginCredentials(host, (id) => ({ for: id }));
    expect(seen.opened).toEqual([]);
    expect(await provider.resolve(request("https://ghcr.io"))).toMatchObject({
      kind: "bearer",
      source: "vault",
    });
    expect(await provider.resolve(request("https://ghcr.io"))).toMatchObject({ kind: "bearer" });
    expect(await provider.resolve(request("https://other.example"))).toBeUndefined();
    expect(seen.opened).toEqual([
      ["any", { for: "any" }],
      ["vault", { for: "vault" }],
    ]);
    expect(seen.asked.filter((each) => each.startsWith("cloud"))).toEqual([]);
    expect(provider.storage).toBeUndefined();
  });

  it("end at a source that should have answered and could not, with its name", async () => {
    const seen: Seen = { opened: [], asked: [] };
    const failing = () => Promise.reject(new Error("vault is sealed"));
    const host = hostOf(
      {},
      plugin("acme-vault", { credentials: [source(seen, "vault", undefined, failing)] }),
      plugin("b", { credentials: [source(seen, "later", undefined, token("of another"))] }),
    );
    await expect(
      pluginCredentials(host, () => undefined).resolve(request("https://ghcr.io")),
    ).rejects.toMatchObject({
      code: "PLUGIN_FAILED",
      message: expect.stringContaining("acme-vault"),
      why: "vault is sealed",
    });
    expect(seen.asked).toEqual(["vault https://ghcr.io"]);
  });

  it("try to open a source again after a failure", async () => {
    let broken = true;
    const seen: Seen = { opened: [], asked: [] };
    const working = source(seen, "vault", undefined, token("of the vault"));
    const open: CredentialContribution["open"] = async (config, context) => {
      if (broken) throw new Error("no file");
      return working.open(config, context);
    };
    const provider = pluginCredentials(
      hostOf({}, plugin("a", { credentials: [{ ...working, open }] })),
      () => undefined,
    );
    await expect(provider.resolve(request("https://ghcr.io"))).rejects.toMatchObject({
      code: "PLUGIN_FAILED",
    });
    broken = false;
    expect(await provider.resolve(request("https://ghcr.io"))).toMatchObject({ kind: "bearer" });
  });

  it.each([
    ["a text", "token"],
    ["no kind", { token: secret("x") }],
    ["a token that is no secret", { kind: "bearer", token: "plain" }],
    ["an empty token", { kind: "bearer", token: secret("") }],
    ["a token that would begin another header", { kind: "bearer", token: secret("a\r\nX: y") }],
    ["a password without a name", { kind: "basic", password: secret("x") }],
    ["a date that is none", { kind: "bearer", token: secret("x"), expiresAt: new Date("never") }],
    ["null", null],
  ])("that are %s are a failure of the plugin", async (_name, answer) => {
    const seen: Seen = { opened: [], asked: [] };
    const rubbish = async () => answer as unknown as Credential;
    const host = hostOf({}, plugin("acme", { credentials: [source(seen, "odd", undefined, rubbish)] }));
    await expect(
      pluginCredentials(host, () => undefined).resolve(request("https://ghcr.io")),
    ).rejects.toMatchObject({
      code: "PLUGIN_FAILED",
      context: { plugin: "acme" },
    });
  });
});
