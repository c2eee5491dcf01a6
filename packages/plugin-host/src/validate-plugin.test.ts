import { describe, expect, it } from "vitest";
import { formatIssues } from "./plugin-errors.js";
import { isPlugin, pluginIssues } from "./validate-plugin.js";

const run = (): never => {
  throw new Error("validation must not run it");
};
const config = { parse: run };
const blob = { scheme: "shelf", config, open: run, trust: run, describe: run };
const remote = { scheme: "registry", open: run };
const credential = { id: "helper", config, open: run };
const whole = { specVersion: 1, name: "acme", blobs: [blob], remotes: [remote], credentials: [credential] };

describe("a plugin", () => {
  it("with every kind of contribution is valid, and so is one without", () => {
    expect(pluginIssues(whole)).toEqual([]);
    expect(isPlugin(whole)).toBe(true);
    expect(isPlugin({ specVersion: 1, name: "nothing" })).toBe(true);
    expect(isPlugin({ ...whole, somethingNewer: 1 })).toBe(true);
  });

  const wrong: readonly (readonly [unknown, string])[] = [
    [undefined, "is no object"],
    ["acme", "is no object"],
    [{ ...whole, specVersion: 2 }, "specVersion: is 2; this bale supports 1"],
    [{ ...whole, specVersion: undefined }, "specVersion: is undefined; this bale supports 1"],
    [{ ...whole, specVersion: 1n }, "specVersion: is 1; this bale supports 1"],
    [{ ...whole, name: "" }, "name: is missing, or cannot be printed"],
    [{ ...whole, name: 7 }, "name: is missing, or cannot be printed"],
    [{ ...whole, blobs: {} }, "blobs: is no list"],
    [{ ...whole, blobs: [blob, undefined] }, "blobs[1]: is no object"],
    [{ ...whole, blobs: [{ ...blob, scheme: undefined }] }, "blobs[0]: has no valid scheme"],
    [{ ...whole, blobs: [{ ...blob, scheme: "S3" }] }, "blobs[0]: has no valid scheme"],
    [{ ...whole, blobs: [{ ...blob, scheme: "a b" }] }, "blobs[0]: has no valid scheme"],
    [{ ...whole, blobs: [{ ...blob, scheme: `a${"b".repeat(40)}` }] }, "blobs[0]: has no valid scheme"],
    [{ ...whole, blobs: [{ ...blob, open: 1 }] }, "blobs[0]: has no function open"],
    [{ ...whole, blobs: [{ ...blob, trust: undefined }] }, "blobs[0]: has no function trust"],
    [{ ...whole, blobs: [{ ...blob, describe: undefined }] }, "blobs[0]: has no function describe"],
    [{ ...whole, blobs: [{ ...blob, markUser: true }] }, "blobs[0]: has a markUser that is no function"],
    [
      { ...whole, blobs: [{ ...blob, config: {} }] },
      "blobs[0]: has no config with a function parse, and none of Standard Schema",
    ],
    [{ ...whole, remotes: [{ scheme: "registry" }] }, "remotes[0]: has no function open"],
    [{ ...whole, remotes: [{ open: run }] }, "remotes[0]: has no valid scheme"],
    [{ ...whole, credentials: [{ ...credential, id: "" }] }, "credentials[0]: has no id"],
    [{ ...whole, credentials: [{ ...credential, open: undefined }] }, "credentials[0]: has no function open"],
    [
      { ...whole, credentials: [{ ...credential, config: 1 }] },
      "credentials[0]: has no config with a function parse, and none of Standard Schema",
    ],
  ];
  it.each(wrong)("is not %o", (value, issue) => {
    expect(formatIssues(pluginIssues(value))).toBe(issue);
    expect(isPlugin(value)).toBe(false);
  });

  it("has all its issues reported at once", () => {
    expect(pluginIssues({ blobs: [{}, 7], remotes: 1 })).toHaveLength(5);
  });
});

it("issues are written one a line, each with its place", () => {
  expect(
    formatIssues([
      { path: [], message: "is no object" },
      { path: ["stores", "a", 0, "url"], message: "is no URL" },
      { path: [2], message: "is too much" },
    ]),
  ).toBe("is no object\nstores.a[0].url: is no URL\n[2]: is too much");
});
