import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { signRequest, stringToSign } from "./sign-request.js";

const headers = {
  "x-ms-version": "2023-11-03",
  "x-ms-date": "Fri, 02 Jan 2026 03:04:05 GMT",
  range: "bytes=0-9",
};

describe("what is signed", () => {
  it("is method, eleven headers, those of Azure in order, and the resource with its query", () => {
    const url = new URL("https://acme.blob.core.windows.net/models?restype=container&comp=list&prefix=a%2Fb");
    expect(stringToSign({ method: "GET", url, headers, size: 0, account: "acme" })).toBe(
      [
        "GET",
        ...["", "", "", "", "", "", "", "", "", ""],
        "bytes=0-9",
        "x-ms-date:Fri, 02 Jan 2026 03:04:05 GMT",
        "x-ms-version:2023-11-03",
        "/acme/models",
        "comp:list",
        "prefix:a/b",
        "restype:container",
      ].join("\n"),
    );
  });

  it("has the length and type of a body, and white space folded", () => {
    const lines = stringToSign({
      method: "PUT",
      url: new URL("http://127.0.0.1:10000/acme/models/a"),
      headers: {
        "content-type": "application/xml",
        "content-md5": "abc",
        "if-none-match": "*",
        "x-ms-a": " 1   2 ",
      },
      size: 12,
      account: "acme",
    }).split("\n");
    expect(lines.slice(3, 6)).toEqual(["12", "abc", "application/xml"]);
    expect(lines[9]).toBe("*");
    // The name of the account twice, where the path has it as well.
    expect(lines.slice(-2)).toEqual(["x-ms-a:1 2", "/acme/acme/models/a"]);
  });

  it("joins what is said several times", () => {
    const url = new URL("https://acme.blob.core.windows.net/models?B=2&a=1&b=1");
    const text = stringToSign({ method: "GET", url, headers: {}, size: 0, account: "acme" });
    expect(text.endsWith("/acme/models\na:1\nb:1,2")).toBe(true);
  });

  it("is signed by the key's bytes", () => {
    const key = Buffer.from("a key");
    const request = {
      method: "GET",
      url: new URL("https://acme.blob.core.windows.net/m"),
      headers,
      size: 0,
      account: "acme",
    };
    const signature = createHmac("sha256", key).update(stringToSign(request)).digest("base64");
    expect(signRequest(request, key)).toBe(`SharedKey acme:${signature}`);
  });
});
