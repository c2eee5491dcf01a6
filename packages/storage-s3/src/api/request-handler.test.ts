import { BaleError, type HttpRequest } from "@bale/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fakeS3 } from "../fake-s3.testing.js";
import { requestHandler, type SignedRequest, TransportFailure, urlOf } from "./request-handler.js";

const REQUEST: SignedRequest = {
  method: "GET",
  protocol: "https:",
  hostname: "s3.example.org",
  path: "/acme/blobs/a",
  headers: {
    host: "s3.example.org",
    authorization: "AWS4-HMAC-SHA256 x",
    "x-amz-date": "d",
    Expect: "100-continue",
    "content-length": "3",
  },
};

describe("the address of a request", () => {
  it("keeps every name and value of the query", () => {
    const word = fc.string({ minLength: 1, maxLength: 8, unit: "grapheme-composite" });
    const query = fc.dictionary(word, fc.oneof(word, fc.array(word, { minLength: 1, maxLength: 3 })));
    fc.assert(
      fc.property(query, (given) => {
        const { searchParams } = new URL(urlOf({ ...REQUEST, query: given }));
        const expected = Object.entries(given).flatMap(([name, value]) =>
          [value].flat().map((one) => [name, one]),
        );
        expect([...searchParams]).toEqual(expected);
      }),
    );
  });

  it("encodes as signatures do, and has the port and names without a value", () => {
    const query = { uploads: "", "list-type": "2", prefix: "a b!'()*/", flag: null };
    expect(urlOf({ ...REQUEST, port: 9000, query })).toBe(
      "https://s3.example.org:9000/acme/blobs/a?uploads=&list-type=2&prefix=a%20b%21%27%28%29%2A%2F&flag",
    );
  });
});

describe("a request through the client", () => {
  it("goes out once, follows nothing, and carries no need for credentials of a registry", async () => {
    const asked: HttpRequest[] = [];
    const { http } = fakeS3({
      fault: () => ({ status: 302, headers: { location: "https://evil.example.org" } }),
    });
    const handler = requestHandler({
      request: (request) => {
        asked.push(request);
        return http.request(request);
      },
    });
    const { response } = await handler.handle(REQUEST);
    expect(response.statusCode).toBe(302);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ tries: 1, follow: false });
    expect(asked[0]?.access).toBeUndefined();
    expect(Object.keys(asked[0]?.headers ?? {})).toEqual(["authorization", "x-amz-date"]);
  });

  it("hands on what fails, unchanged", async () => {
    const cause = new BaleError({ code: "TLS", message: "no" });
    const handler = requestHandler({ request: async () => Promise.reject(cause) });
    const failure: unknown = await handler.handle(REQUEST).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TransportFailure);
    expect((failure as TransportFailure).cause).toBe(cause);
  });

  it("of a kind that the SDK was not known to make is refused", async () => {
    const handler = requestHandler(fakeS3().http);
    await expect(handler.handle({ ...REQUEST, method: "TRACE" })).rejects.toThrow(TransportFailure);
    await expect(handler.handle({ ...REQUEST, body: { pipe: () => {} } })).rejects.toThrow(TransportFailure);
  });

  it.each([
    ["<html><body>Bad Gateway</body></html>", false],
    ['<?xml version="1.0"?>\n<Error><Code>X</Code></Error>', true],
    ["<ErrorResponse xmlns='x'><Error/></ErrorResponse>", true],
    ['{"message":"no"}', true],
    ["Errors", false],
  ])("leaves the SDK the error %j to read: %s", async (body, kept) => {
    const { response } = await requestHandler(fakeS3({ fault: () => ({ status: 502, body }) }).http).handle(
      REQUEST,
    );
    expect((response.body as Uint8Array).length).toBe(kept ? body.length : 0);
  });
});
