import { BaleError } from "@bale/spec";
import { describe, expect, test } from "vitest";
import { checkRealm } from "./check-realm.js";

function judge(realm: string, origin: string, insecure: readonly string[] = []): string {
  try {
    return checkRealm({ realm, origin, allowedInsecure: (each) => insecure.includes(each) }).href;
  } catch (error) {
    if (BaleError.is(error, "CROSS_ORIGIN")) return `refused: ${error.why}`;
    throw error;
  }
}

describe("a public registry", () => {
  test.each([
    "https://auth.example/token",
    "https://auth.example:8443/token?a=b",
    "https://registry.example/token",
    "https://8.8.8.8/token",
    "https://172.32.0.1/token",
    "https://[2606:4700::1111]/token",
  ])("may name %s", (realm) => {
    expect(judge(realm, "https://registry.example")).toBe(realm);
  });

  test.each([
    "http://auth.example/token",
    "http://registry.example/token",
    "https://user:pass@auth.example/token",
    "https://user@auth.example/token",
    "ftp://auth.example/token",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "/token",
    "",
    "https://",
    "https://127.0.0.1/token",
    "https://127.1/token",
    "https://127.255.255.254/",
    "https://2130706433/token",
    "https://0x7f000001/token",
    "https://0177.0.0.1/token",
    "https://0/",
    "https://0.0.0.0/",
    "https://localhost/token",
    "https://LOCALHOST./token",
    "https://auth.localhost/token",
    "https://[::1]/token",
    "https://[::]/token",
    "https://[::ffff:127.0.0.1]/token",
    "https://[::ffff:7f00:1]/token",
    "https://[::127.0.0.1]/token",
    "https://[::ffff:0:127.0.0.1]/token",
    "https://[64:ff9b::7f00:1]/token",
    "https://[64:ff9b:1::1]/token",
    "https://[2002:7f00:1::]/token",
    "https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/token",
    "https://169.254.169.254/latest/meta-data/",
    "https://2852039166/latest/meta-data/",
    "https://0xa9fea9fe/",
    "https://[fe80::1]/token",
    "https://[::ffff:169.254.169.254]/token",
    "https://[2002:a9fe:a9fe::]/token",
    "https://10.0.0.1/token",
    "https://172.16.0.1/token",
    "https://172.31.255.255/token",
    "https://192.168.0.1/token",
    "https://100.64.0.1/token",
    "https://[fd00::1]/token",
    "https://[64:ff9b::a00:1]/token",
    "https://1\u3002\u0032.3.4:99999/",
  ])("may not name %s", (realm) => {
    expect(judge(realm, "https://registry.example")).toMatch(/^refused/);
  });

  test("may name an internal address that the user has marked", () => {
    expect(judge("https://10.0.0.1/token", "https://registry.example", ["https://10.0.0.1"])).toBe(
      "https://10.0.0.1/token",
    );
    expect(judge("http://10.0.0.1/token", "https://registry.example", ["http://10.0.0.1"])).toMatch(
      /not https/,
    );
  });
});

test.each([
  ["https://10.0.0.1:5000/token", "https://10.0.0.1:5000", true],
  ["https://10.0.0.1:5001/token", "https://10.0.0.1:5000", false],
  ["http://10.0.0.1:5000/token", "http://10.0.0.1:5000", true],
  ["http://127.0.0.1:5190/token", "http://127.0.0.1:5000", true],
  ["http://10.0.0.9/token", "http://localhost:5000", true],
  ["http://127.0.0.1:5190/token", "https://localhost:5000", false],
  ["http://auth.example/token", "http://registry.example", true],
  ["http://127.0.0.1/token", "http://registry.example", false],
])("%s for %s: %s", (realm, origin, allowed) => {
  expect(judge(realm, origin).startsWith("refused")).toBe(!allowed);
});

test("a refusal shows neither query nor password nor control characters", () => {
  try {
    checkRealm({
      realm: "https://u:s3cr3t@10.0.0.1/\u001b[31m?sig=s3cr3t",
      origin: "https://registry.example",
    });
    expect.unreachable();
  } catch (error) {
    expect((error as BaleError).message).not.toMatch(/s3cr3t|\u001b/);
  }
});
