import type { HttpResponse } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { keptBytes } from "./session-progress.js";

function answer(range: string | undefined): HttpResponse {
  return {
    status: 202,
    url: "https://r.example/",
    headers: { range },
    body: (async function* () {})(),
    bytes: async () => new Uint8Array(0),
    discard: async () => undefined,
  };
}

describe("how much a registry kept", () => {
  it.each([
    ["0-99", 100],
    ["bytes=0-99", 100],
    [" 0-0 ", 1],
    ["100-199", undefined],
    ["0-", undefined],
    ["-1", undefined],
    ["0-99999999999999999999", undefined],
    [undefined, undefined],
  ])("by the Range %j is %j bytes", (range, expected) => {
    expect(keptBytes(answer(range))).toBe(expected);
  });
});
