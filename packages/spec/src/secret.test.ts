import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { BaleError } from "./bale-error.js";
import { secret } from "./secret.js";

const VALUE = "canary-6f1d";
const hidden = secret(VALUE);

describe("secret", () => {
  it("gives its value to reveal alone", () => {
    expect(hidden.reveal()).toBe(VALUE);
  });

  it.each<[string, () => string]>([
    ["a template", () => `${hidden}`],
    ["a sum of texts", () => `token ${String(hidden)}`],
    ["JSON", () => JSON.stringify({ token: hidden })],
    ["inspect", () => inspect(hidden)],
    [
      "inspect, deep in something",
      () => inspect({ a: [{ token: hidden }] }, { depth: 10, showHidden: true }),
    ],
    ["the entries of a copy", () => JSON.stringify({ ...hidden })],
    ["its own keys and values", () => inspect(Object.entries(hidden))],
    ["an error's cause", () => inspect(new BaleError({ code: "INTERNAL", message: "m", cause: hidden }))],
  ])("does not show in %s", (_name, print) => {
    expect(print()).not.toContain(VALUE);
  });

  it("prints as a word that says so", () => {
    expect(`${hidden}`).toBe("[secret]");
    expect(JSON.stringify([hidden])).toBe('["[secret]"]');
    expect(inspect(hidden)).toBe("[secret]");
  });

  it("cannot be changed to show it", () => {
    expect(Object.isFrozen(hidden)).toBe(true);
  });
});
