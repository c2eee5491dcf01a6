import { type Credential, type CredentialRequest, secret } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { configOf, NOW, STORE } from "../store.testing.js";
import { accessFinder, type GcsAccess } from "./access-finder.js";

async function find(credential: Credential | undefined, input: unknown = STORE): Promise<GcsAccess> {
  const credentials = { id: "test", resolve: async () => credential };
  return accessFinder(configOf(input), { credentials, log: () => undefined }, () => NOW)(["pull"], undefined);
}
const shown = (access: GcsAccess): string => (access.kind === "token" ? access.value.reveal() : access.kind);

describe("the credentials for the store's origin", () => {
  it.each<[Credential | undefined, string]>([
    [{ kind: "bearer", token: secret("t") }, "t"],
    [{ kind: "basic", username: "oauth2accesstoken", password: secret("t") }, "t"],
    [{ kind: "anonymous" }, "anonymous"],
    [undefined, "anonymous"],
  ])("may be %j", async (credential, expected) => {
    expect(shown(await find(credential))).toBe(expected);
  });

  it("are not used where reads are public", async () => {
    expect(shown(await find({ kind: "bearer", token: secret("t") }, { ...STORE, publicReads: true }))).toBe(
      "anonymous",
    );
  });

  it.each<Credential>([
    { kind: "identity-token", token: secret("s3cr3t") },
    { kind: "basic", username: "me", password: secret("s3cr3t") },
  ])("are refused where they are %j", async (credential) => {
    const error = await find(credential).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "AUTH_FAILED" });
    expect(JSON.stringify(error)).not.toContain("s3cr3t");
  });

  it("are asked for once, and again shortly before they end; each kind of use by itself", async () => {
    let now = NOW;
    const asked: CredentialRequest[] = [];
    const credentials = {
      id: "test",
      resolve: async (request: CredentialRequest): Promise<Credential> => {
        asked.push(request);
        return { kind: "bearer", token: secret("t"), expiresAt: new Date(now + 3_600_000) };
      },
    };
    const access = accessFinder(configOf(STORE), { credentials, log: () => undefined }, () => now);
    await access(["pull"], undefined);
    await access(["pull"], undefined);
    await access(["pull", "push"], undefined);
    expect(asked).toEqual([
      { origin: "https://storage.googleapis.com", actions: ["pull"] },
      { origin: "https://storage.googleapis.com", actions: ["pull", "push"] },
    ]);
    now += 3_539_000;
    await access(["pull"], undefined);
    expect(asked).toHaveLength(2);
    now += 2_000;
    await access(["pull"], undefined);
    expect(asked).toHaveLength(3);
  });
});
