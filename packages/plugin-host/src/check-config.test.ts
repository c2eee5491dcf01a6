import type { StandardSchema } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { hostOf, plugin, recorder, shelf } from "./sample-plugin.testing.js";

const place = (input: unknown): unknown => (input as { readonly place?: unknown }).place;

const standard: StandardSchema<unknown>["~standard"] = {
  version: 1,
  vendor: "test",
  validate: (input) =>
    typeof place(input) === "string"
      ? { value: { place: `checked ${String(place(input))}` } }
      : { issues: [{ message: "must be text", path: [{ key: "place" }, 0] }, { message: "more" }] },
};
// Schemas of arktype are functions, and those of zod have a `parse` of another meaning beside the standard one.
const asFunction = Object.assign(() => undefined, { "~standard": standard });
const asZod = {
  "~standard": standard,
  parse: () => {
    throw new Error("not this one");
  },
};
const asPromise = {
  "~standard": { ...standard, validate: async (input: unknown) => standard.validate(input) },
};

function hostWithSchema(config: unknown, seen: unknown[] = []) {
  const blob = {
    ...shelf(recorder()),
    config: config as StandardSchema<unknown>,
    trust: (parsed: unknown) => {
      seen.push(parsed);
      return { kind: "needs-consent" as const, line: "shelf:x" };
    },
  };
  return hostOf({ limits: { openMs: 20 } }, plugin("shelves", { blobs: [blob] }));
}

describe("a Standard Schema", () => {
  it.each([
    ["an object", { "~standard": standard }],
    ["a function", asFunction],
    ["one with another parse beside it", asZod],
    ["one that answers later", asPromise],
  ])("%s checks the configuration, and gives what the plugin gets", async (_name, config) => {
    const seen: unknown[] = [];
    const host = hostWithSchema(config, seen);
    await host.trustOf({ type: "shelf", place: "x" });
    expect(seen).toEqual([{ place: "checked x" }]);
    await expect(host.trustOf({ type: "shelf", place: 7 })).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      why: "place[0]: must be text\nmore",
      context: { plugin: "shelves" },
    });
  });
});

describe("a schema that breaks its own contract is a failure of the plugin:", () => {
  const answers: readonly (readonly [string, unknown])[] = [
    ["it answers nothing", { parse: () => undefined }],
    ["it says neither yes nor no", { parse: () => ({ ok: "yes", value: 1 }) }],
    ["it refuses without an issue", { parse: () => ({ ok: false, error: [] }) }],
    ["its issues are no list", { parse: () => ({ ok: false, error: "wrong" }) }],
    ["it throws", { parse: () => Promise.reject(new Error("boom")) }],
    ["it never answers", { "~standard": { ...standard, validate: () => new Promise(() => {}) } }],
    ["the standard one answers nothing", { "~standard": { ...standard, validate: () => ({}) } }],
    [
      "the standard one has no issue in its issues",
      { "~standard": { ...standard, validate: () => ({ issues: [] }) } },
    ],
  ];
  it.each(answers)("%s", async (_name, config) => {
    await expect(hostWithSchema(config).trustOf({ type: "shelf", place: "x" })).rejects.toMatchObject({
      code: "PLUGIN_FAILED",
      context: { plugin: "shelves" },
    });
  });

  it("an issue without words is still an issue", async () => {
    const config = { parse: () => ({ ok: false, error: [{ path: "x" }, null] }) };
    await expect(hostWithSchema(config).trustOf({ type: "shelf" })).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      why: "is not valid\nis not valid",
    });
  });

  it("what it does to its input stays with it", async () => {
    const config = {
      parse: (input: Record<string, unknown>) => {
        delete input["place"];
        return { ok: true, value: input };
      },
    };
    const description = { type: "shelf", place: "x" };
    await hostWithSchema(config).trustOf(description);
    expect(description).toEqual({ type: "shelf", place: "x" });
  });
});
