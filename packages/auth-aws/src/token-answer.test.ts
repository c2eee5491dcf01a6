import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseErrorType, parseTokenAnswer } from "./token-answer.js";

const encoded = (text: string): string => Buffer.from(text).toString("base64");
const entry = { authorizationToken: encoded("AWS:p4ss:word"), expiresAt: 1.448878779809e9 };

describe("an answer of GetAuthorizationToken", () => {
  test.each([
    ["a list, as ECR has it", { authorizationData: [{ ...entry, proxyEndpoint: "https://x" }] }],
    ["the entry alone, as ECR Public has it", { authorizationData: entry }],
  ])("is %s", (_, body) => {
    const token = parseTokenAnswer(body);
    if (typeof token === "string") throw new Error(token);
    expect(token.username).toBe("AWS");
    expect(token.password.reveal()).toBe("p4ss:word");
    expect(token.expiresAt.toISOString()).toBe("2015-11-30T10:19:39.809Z");
    expect(JSON.stringify(token)).not.toContain("p4ss");
  });

  test.each([
    [undefined],
    [null],
    [[]],
    [{}],
    [{ authorizationData: [] }],
    [{ authorizationData: [null] }],
    [{ authorizationData: { ...entry, authorizationToken: 7 } }],
    [{ authorizationData: { ...entry, authorizationToken: encoded("no colon") } }],
    [{ authorizationData: { ...entry, authorizationToken: encoded(":password") } }],
    [{ authorizationData: { ...entry, authorizationToken: encoded("AWS:") } }],
    [{ authorizationData: { ...entry, authorizationToken: encoded("AWS:a\nb") } }],
    [{ authorizationData: { ...entry, expiresAt: "2030-01-01" } }],
    [{ authorizationData: { ...entry, expiresAt: -1 } }],
    [{ authorizationData: { ...entry, expiresAt: 1e300 } }],
    [{ authorizationData: { authorizationToken: entry.authorizationToken } }],
  ])("%j has no token", (body) => {
    expect(typeof parseTokenAnswer(body)).toBe("string");
  });

  test("never throws, and never says what it was given", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (data, expiresAt) => {
        for (const body of [
          data,
          { authorizationData: data },
          { authorizationData: { authorizationToken: data, expiresAt } },
        ])
          expect(["string", "object"]).toContain(typeof parseTokenAnswer(body));
      }),
    );
  });
});

test.each([
  [undefined, { __type: "com.amazonaws.ecr#ThrottlingException" }, "ThrottlingException"],
  [undefined, { __type: "ServerException" }, "ServerException"],
  ["AccessDeniedException:http://internal.amazon.com/x/", {}, "AccessDeniedException"],
  [undefined, { __type: "a b\u001b[31m" }, ""],
  [undefined, { __type: 7 }, ""],
  [undefined, "text", ""],
  [undefined, null, ""],
])("the type of the error %j %j is %j", (header, body, type) => {
  expect(parseErrorType(header, body)).toBe(type);
});
