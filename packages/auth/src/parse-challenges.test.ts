import fc from "fast-check";
import { expect, test } from "vitest";
import { parseChallenges } from "./parse-challenges.js";

function read(header: string | undefined): unknown {
  return parseChallenges(header).map(({ scheme, parameters, token68 }) => ({
    scheme,
    ...Object.fromEntries(parameters),
    ...(token68 === undefined ? {} : { token68 }),
  }));
}

test.each<[string | undefined, unknown]>([
  [
    'Bearer realm="https://auth.example/token",service="registry.example",scope="repository:a/b:pull,push"',
    [
      {
        scheme: "bearer",
        realm: "https://auth.example/token",
        service: "registry.example",
        scope: "repository:a/b:pull,push",
      },
    ],
  ],
  [
    'Basic realm="a, b", Bearer realm="https://t", error="insufficient_scope"',
    [
      { scheme: "basic", realm: "a, b" },
      { scheme: "bearer", realm: "https://t", error: "insufficient_scope" },
    ],
  ],
  ["Negotiate, Basic realm=x", [{ scheme: "negotiate" }, { scheme: "basic", realm: "x" }]],
  ["Negotiate a0b1/c+d==, NTLM", [{ scheme: "negotiate", token68: "a0b1/c+d==" }, { scheme: "ntlm" }]],
  [
    'Newauth realm="apps", type=1,  title="Login to \\"apps\\"", Basic realm="simple"',
    [
      { scheme: "newauth", realm: "apps", type: "1", title: 'Login to "apps"' },
      { scheme: "basic", realm: "simple" },
    ],
  ],
  ['BEARER Realm = "https://t"', [{ scheme: "bearer", realm: "https://t" }]],
  ["Bearer realm=https://t/token,service=s", [{ scheme: "bearer", realm: "https://t/token", service: "s" }]],
  ['Bearer realm="first",realm="second"', [{ scheme: "bearer", realm: "first" }]],
  [', ,Basic realm="x",,', [{ scheme: "basic", realm: "x" }]],
  ['Bearer realm="unfinished', [{ scheme: "bearer" }]],
  ["Basic", [{ scheme: "basic" }]],
  ["=nonsense", []],
  ["", []],
  [undefined, []],
  [`Basic realm="${"x".repeat(20_000)}"`, []],
])("%s", (header, challenges) => {
  expect(read(header)).toEqual(challenges);
});

const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
const value = fc.string({ maxLength: 20 }).filter((text) => !/[\u0000-\u001f\u007f]/.test(text));

test("challenges that are written are read", () => {
  const challenge = fc.record({
    scheme: token,
    parameters: fc.dictionary(token, value, { minKeys: 1, maxKeys: 4 }),
  });
  fc.assert(
    fc.property(fc.array(challenge, { minLength: 1, maxLength: 4 }), (challenges) => {
      const header = challenges
        .map(({ scheme, parameters }) => {
          const list = Object.entries(parameters).map(
            ([name, text]) => `${name}="${text.replace(/["\\]/g, "\\$&")}"`,
          );
          return `${scheme} ${list.join(", ")}`;
        })
        .join(", ");
      expect(
        parseChallenges(header).map(({ scheme, parameters }) => [scheme, [...parameters].sort()]),
      ).toEqual(challenges.map(({ scheme, parameters }) => [scheme, Object.entries(parameters).sort()]));
    }),
  );
});

test("any text is read without throwing", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("a", "=", ",", " ", '"', "\\", "realm", "Basic", "/", "\t"), {
        maxLength: 200,
      }),
      (parts) => {
        for (const challenge of parseChallenges(parts.join(""))) expect(challenge.scheme).not.toBe("");
      },
    ),
  );
});
