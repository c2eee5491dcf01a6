import { describe, expect, it } from "vitest";
import { registryAccount } from "./distribution-config.mjs";
import { serviceOrSkip } from "./require.mjs";
import { startRegistry } from "./start-registry.mjs";
import { startTokenService } from "./token-service.mjs";

const { username, password } = registryAccount;
const basic = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
const scope = "scope=repository%3Aacme%2Fmodel%3Apull%2Cpush";

const readAnswer = async (answer: Response): Promise<Record<string, string>> =>
  Object.fromEntries(
    Object.entries((await answer.json()) as object).map(([name, value]) => [name, String(value)]),
  );

for (const kind of ["distribution", "docker-registry"] as const) {
  describe.skipIf(!serviceOrSkip(kind))(`${kind} with a token service`, () => {
    it("accepts the tokens of its service, for the actions that they grant", async () => {
      await using tokens = await startTokenService();
      await using registry = await startRegistry(kind, { variant: "token", tokens });
      const upload = `${registry.url}/v2/acme/model/blobs/uploads/`;
      const refused = await fetch(upload, { method: "POST" });
      expect(refused.status).toBe(401);
      expect(refused.headers.get("www-authenticate")).toContain(`Bearer realm="${tokens.realm}"`);

      const statuses: number[] = [];
      for (const headers of [{ authorization: basic }, {}] as Record<string, string>[]) {
        const asked = await fetch(`${tokens.realm}?service=${tokens.service}&${scope}`, { headers });
        const { token } = await readAnswer(asked);
        const answer = await fetch(upload, { method: "POST", headers: { authorization: `Bearer ${token}` } });
        statuses.push(answer.status);
      }
      expect(statuses).toEqual([202, 401]);
      expect(tokens.requests().map(({ account }) => account)).toEqual([username, undefined]);
    });
  });
}

describe.skipIf(!serviceOrSkip("distribution"))("a registry of the variant token", () => {
  it("needs a token service to be given", async () => {
    await expect(startRegistry("distribution", { variant: "token" })).rejects.toThrow("token service");
  });
});

describe("the token service", () => {
  const post = (realm: string, fields: Record<string, string>) =>
    fetch(realm, { method: "POST", body: new URLSearchParams(fields) });

  it("refuses a wrong password in both forms", async () => {
    await using tokens = await startTokenService();
    const wrong = { grant_type: "password", username, password: "p" };
    expect((await post(tokens.realm, wrong)).status).toBe(401);
    expect((await fetch(tokens.realm, { headers: { authorization: "Basic eDp5" } })).status).toBe(401);
    expect(JSON.stringify(tokens.requests())).not.toContain("eDp5");
  });

  it("gives a refresh token to an account that asks, until they are revoked", async () => {
    await using tokens = await startTokenService({ answerField: "access_token" });
    const first = await post(tokens.realm, {
      grant_type: "password",
      username,
      password,
      access_type: "offline",
    });
    const { refresh_token = "", access_token } = await readAnswer(first);
    expect(access_token?.split(".")).toHaveLength(3);
    const again = { grant_type: "refresh_token", refresh_token };
    expect((await post(tokens.realm, again)).status).toBe(200);
    expect(tokens.issued()).toEqual([refresh_token, access_token, expect.any(String)]);
    const other = { ...again, refresh_token: tokens.issueRefreshToken() };
    expect((await post(tokens.realm, other)).status).toBe(200);
    tokens.revokeRefreshTokens();
    expect((await post(tokens.realm, again)).status).toBe(401);
  });
});
