import { generateKeyPairSync, verify } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCredentialsFile, type ServiceAccount } from "./credentials-file.js";
import { KEYS, NOW, SERVICE_ACCOUNT, USER } from "./sample.testing.js";
import { signAssertion } from "./sign-assertion.js";

describe("a credentials file", () => {
  test("of a service account and of a user is read", () => {
    expect(parseCredentialsFile(JSON.stringify(SERVICE_ACCOUNT))).toMatchObject({
      type: "service_account",
      clientEmail: SERVICE_ACCOUNT.client_email,
      privateKeyId: "key-1",
    });
    expect(parseCredentialsFile(JSON.stringify(USER))).toMatchObject({
      type: "authorized_user",
      refreshToken: USER.refresh_token,
      tokenUri: "https://oauth2.googleapis.com/token",
    });
  });

  test.each([
    ["", "not JSON"],
    ["-----BEGIN PRIVATE KEY----- s3cr3t", "not JSON"],
    ["[]", "no JSON object"],
    ["null", "no JSON object"],
    ["{}", "of which type"],
    [`{"type":"s3cr3t \\u001b"}`, "of which type"],
    [
      `{"type":"external_account","credential_source":{"url":"http://evil.example"}}`,
      "type external_account",
    ],
    [`{"type":"impersonated_service_account"}`, "type impersonated_service_account"],
    [`{"type":"service_account","client_email":"a"}`, "lacks client_email or private_key"],
    [
      `{"type":"authorized_user","client_id":"a","client_secret":7,"refresh_token":"s3cr3t"}`,
      "lacks client_id",
    ],
  ])("like %s cannot be used: %s", (text, why) => {
    const problem = parseCredentialsFile(text);
    expect(problem).toContain(why);
    expect(problem).not.toContain("s3cr3t");
  });

  test("never makes it throw", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(["string", "object"]).toContain(typeof parseCredentialsFile(text));
      }),
    );
  });
});

describe("an assertion", () => {
  const account = parseCredentialsFile(JSON.stringify(SERVICE_ACCOUNT)) as ServiceAccount;
  const input = { account, audience: "https://oauth2.googleapis.com/token", scope: "scope", now: NOW + 999 };

  test("is signed with the account's key, for an hour", () => {
    const [header = "", claims = "", signature = ""] = (signAssertion(input) ?? "").split(".");
    const read = (part: string): unknown => JSON.parse(Buffer.from(part, "base64url").toString());
    expect(read(header)).toEqual({ alg: "RS256", typ: "JWT", kid: "key-1" });
    expect(read(claims)).toEqual({
      iss: SERVICE_ACCOUNT.client_email,
      scope: "scope",
      aud: "https://oauth2.googleapis.com/token",
      iat: NOW / 1000,
      exp: NOW / 1000 + 3600,
    });
    const signed = Buffer.from(`${header}.${claims}`);
    expect(verify("RSA-SHA256", signed, KEYS.publicKey, Buffer.from(signature, "base64url"))).toBe(true);
  });

  test("needs an RSA key", () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    for (const key of [pem, "", "nonsense", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
      expect(signAssertion({ ...input, account: { ...account, privateKey: key } })).toBeUndefined();
  });
});
