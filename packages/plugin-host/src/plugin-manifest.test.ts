import { describe, expect, it } from "vitest";
import { readPluginManifest } from "./plugin-manifest.js";

describe("what a package says of its plugin", () => {
  it("is read whole", () => {
    const manifest = {
      specVersion: 1,
      blobs: ["webdav"],
      credentials: [{ id: "netrc" }, { id: "vault", hosts: ["*.acme.example"] }],
      remotes: [],
    };
    expect(readPluginManifest({ ...manifest, unknown: 1 })).toEqual({ ok: true, value: manifest });
    expect(readPluginManifest({ specVersion: 1 })).toEqual({
      ok: true,
      value: { specVersion: 1, blobs: [], credentials: [], remotes: [] },
    });
  });

  it("of a version that is not known is only its version", () => {
    expect(readPluginManifest({ specVersion: 2, blobs: { anything: true } })).toEqual({
      ok: true,
      value: { specVersion: 2 },
    });
  });

  it.each([
    [null, ["bale"]],
    [[], ["bale"]],
    ["x", ["bale"]],
    [{}, ["bale", "specVersion"]],
    [{ specVersion: "1" }, ["bale", "specVersion"]],
    [{ specVersion: 0 }, ["bale", "specVersion"]],
    [{ specVersion: 1, blobs: "webdav" }, ["bale", "blobs"]],
    [{ specVersion: 1, blobs: ["Web Dav"] }, ["bale", "blobs"]],
    [{ specVersion: 1, remotes: [7] }, ["bale", "remotes"]],
    [{ specVersion: 1, credentials: {} }, ["bale", "credentials"]],
    [{ specVersion: 1, credentials: [{}] }, ["bale", "credentials", 0]],
    [{ specVersion: 1, credentials: [{ id: "a b" }] }, ["bale", "credentials", 0]],
    [{ specVersion: 1, credentials: [{ id: "a", hosts: ["https://x"] }] }, ["bale", "credentials", 0]],
  ])("%o is refused, with the place", (value, path) => {
    expect(readPluginManifest(value)).toMatchObject({ ok: false, error: [{ path }] });
  });
});
