import type { RegistryHealth } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { textStyle } from "../terminal/text-style.js";
import { renderHealth } from "./registry-health.js";

const plain = textStyle({ color: false, columns: 80 });
const health: RegistryHealth = {
  registry: "registry.example",
  repository: "acme/app",
  verdict: {
    state: "usable with limits",
    line: "usable with limits: push and pull work; no chunks",
    exit: 0,
  },
  findings: [
    { id: "range", state: "works", line: "a part of a blob can be read (206)", bale: "fetches parts" },
    { id: "chunks", state: "missing", line: "a chunk is refused: 405 \u001b[31m", bale: "sends one PUT" },
    { id: "mount", state: "not tried", line: "there is nothing to mount", bale: "nothing" },
  ],
  scratch: { tag: "bale-doctor-x", removed: false, left: ["the tag bale-doctor-x"] },
  requests: 110,
  sentBytes: 2_097_152,
};

describe("what an examination prints", () => {
  it("has a line for each finding, what bale does where it differs, what stays, and the verdict last", () => {
    expect(renderHealth(plain, health, "/state/registry-registry.example.json").split("\n")).toEqual([
      "registry.example/acme/app",
      "  range   works: a part of a blob can be read (206)",
      expect.stringMatching(/^ {2}chunks {2}missing: a chunk is refused: 405 /),
      "          bale sends one PUT",
      "  mount   not tried: there is nothing to mount",
      "  left there  the tag bale-doctor-x",
      "  asked 110 requests, sent 2.0 MiB",
      "  kept in /state/registry-registry.example.json",
      "verdict: usable with limits: push and pull work; no chunks",
      "",
    ]);
  });

  it("shows nothing of a server's words that could move a terminal", () => {
    expect(renderHealth(plain, health, undefined)).not.toContain("\u001b");
  });
});
