import { expect, it } from "vitest";
import { readChallenge } from "./read-challenge.js";

it.each([
  [undefined, { asks: "other" }],
  ["", { asks: "other" }],
  ["Negotiate", { asks: "other" }],
  ['Basic realm="x"', { asks: "basic" }],
  ['Negotiate, Basic realm="x"', { asks: "basic" }],
  [
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io"',
    { asks: "token", tokenService: "auth.docker.io" },
  ],
  [
    'Basic realm="b", Bearer service=s, realm=https://t.example:8443/x',
    {
      asks: "token",
      tokenService: "t.example:8443",
    },
  ],
  ['Bearer realm="no url"', { asks: "token" }],
  ["Bearer", { asks: "other" }],
])("%j asks for %j", (header, expected) => {
  expect(readChallenge(header)).toEqual(expected);
});
