import { createHash, createHmac } from "node:crypto";
import type { Asked } from "@bale/tooling-cloud";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/** Checks Signature Version 4 from the other side, as AWS documents it; gives the credential scope, or what is wrong. */
export function verifySignature(asked: Asked, secretAccessKey: string): string {
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      asked.headers["authorization"] ?? "",
    );
  if (!match) return "no signature";
  const [, key = "", scope = "", names = "", signature] = match;
  const url = new URL(asked.url);
  const headerValue = (name: string): string =>
    name === "host" ? url.host : (asked.headers[name] ?? "").trim().replace(/ +/g, " ");
  const list = names.split(";");
  const canonical = [
    asked.method,
    url.pathname,
    url.search.slice(1),
    ...list.map((name) => `${name}:${headerValue(name)}`),
    "",
    names,
    sha256(asked.body),
  ].join("\n");
  const date = headerValue("x-amz-date");
  const toSign = ["AWS4-HMAC-SHA256", date, scope, sha256(canonical)].join("\n");
  const signing = scope.split("/").reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  const expected = hmac(signing as Buffer, toSign).toString("hex");
  if (signature !== expected) return "another signature";
  for (const name of ["host", "x-amz-date", "x-amz-target"])
    if (!list.includes(name)) return `${name} is not signed`;
  return `${key} ${scope} ${names.includes("x-amz-security-token") ? "with session" : "without session"}`;
}
