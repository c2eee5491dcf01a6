import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseConnectionString } from "./connection-string.js";

describe("a connection string", () => {
  it("of an account leads to it in its cloud", () => {
    expect(
      parseConnectionString(
        "DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=a2V5PT0=;EndpointSuffix=core.chinacloudapi.cn",
      ),
    ).toEqual({ account: "acme", endpoint: "https://acme.blob.core.chinacloudapi.cn", key: "a2V5PT0=" });
  });

  it("may name the address, with the account in its path or its host", () => {
    expect(
      parseConnectionString("AccountName=acme;AccountKey=a2V5;BlobEndpoint=http://127.0.0.1:10000/acme/;"),
    ).toMatchObject({ account: "acme", endpoint: "http://127.0.0.1:10000/acme" });
    expect(
      parseConnectionString(
        "BlobEndpoint=https://acme.blob.core.windows.net/;SharedAccessSignature=?sv=2023-11-03&sig=a%2Bb%3D",
      ),
    ).toEqual({
      account: "acme",
      endpoint: "https://acme.blob.core.windows.net",
      signature: "sv=2023-11-03&sig=a%2Bb%3D",
    });
  });

  it("of the emulators is short", () => {
    expect(parseConnectionString("UseDevelopmentStorage=true")).toMatchObject({
      account: "devstoreaccount1",
      endpoint: "http://127.0.0.1:10000/devstoreaccount1",
    });
  });

  it.each([
    "",
    "acme",
    "AccountName=acme",
    "AccountKey=a2V5",
    "AccountName=Acme!;AccountKey=a2V5",
    "AccountName=acme;AccountKey=a2V5;oops",
    "AccountName=acme;AccountKey=a2V5;BlobEndpoint=nowhere",
  ])("is not %j", (text) => {
    expect(parseConnectionString(text)).toBeUndefined();
  });

  it("is read without failing whatever it is", () => {
    const part = fc.constantFrom(
      "AccountName=",
      "acme",
      ";",
      "=",
      "AccountKey=a2V5",
      "BlobEndpoint=https://",
      "\n",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(part, fc.string({ maxLength: 4 }))), (parts) => {
        const parsed = parseConnectionString(parts.join(""));
        if (parsed) expect(URL.canParse(parsed.endpoint)).toBe(true);
      }),
    );
  });
});
