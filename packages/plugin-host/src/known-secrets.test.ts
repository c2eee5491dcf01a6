import { secret } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { createKnownSecrets } from "./known-secrets.js";

describe("what plugins say", () => {
  it("shows no secret that they were given, however it is spelled", () => {
    const secrets = createKnownSecrets({});
    secrets.note({ kind: "basic", username: "alice", password: secret("pa ss/w0rd") });
    secrets.note({ kind: "bearer", token: secret("token-1234") });
    secrets.note({ kind: "anonymous" });
    secrets.note(undefined);
    for (const hidden of [
      "pa ss/w0rd",
      encodeURIComponent("pa ss/w0rd"),
      Buffer.from("pa ss/w0rd").toString("base64"),
      Buffer.from("alice:pa ss/w0rd").toString("base64"),
      "token-1234",
    ]) {
      const text = secrets.redact(`the server said <${hidden}> twice <${hidden}>`);
      expect(text).toBe("the server said <[hidden]> twice <[hidden]>");
    }
    expect(secrets.redact("alice was refused")).toBe("alice was refused");
  });

  it("shows no variable that holds a secret, and every one that only says where it is", () => {
    const secrets = createKnownSecrets({
      AWS_SECRET_ACCESS_KEY: "abcdefghij",
      ACME_API_KEY: "klmnopqrst",
      AZURE_FEDERATED_TOKEN_FILE: "/var/run/secrets/file",
      AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
      BALE_TOKEN: "short",
      HOME: "/home/alice",
    });
    expect(secrets.redact("abcdefghij klmnopqrst /var/run/secrets/file AKIAEXAMPLE short /home/alice")).toBe(
      "[hidden] [hidden] /var/run/secrets/file AKIAEXAMPLE short /home/alice",
    );
  });

  it("hides the whole of a secret of which another is a part", () => {
    const secrets = createKnownSecrets({});
    secrets.note({ kind: "bearer", token: secret("abcdef") });
    secrets.note({ kind: "bearer", token: secret("abcdefghi") });
    expect(secrets.redact("<abcdefghi>")).toBe("<[hidden]>");
  });

  it("shows nothing that looks like a credential", () => {
    expect(createKnownSecrets({}).redact("Authorization: Bearer abc123def")).not.toContain("abc123def");
  });
});
