import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { registryProfile } from "@bale/oci";
import { isRegistryHost, type JsonObject, type RegistryHealth } from "@bale/spec";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keptFileName, keptFolder, keptProfiles, withKeptProfiles } from "./kept-profiles.js";

const AT = new Date("2026-11-24T10:00:00.000Z");
const HOST = "registry.example:5000";

let home: string;
let notices: string[];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "bale-kept-"));
  notices = [];
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const open = () => keptProfiles({ env: {}, home, platform: "linux" }, (text) => notices.push(text));
const fileOf = (host: string): string =>
  join(keptFolder({ env: {}, home, platform: "linux" }), keptFileName(host));
function health(profile: JsonObject | undefined, registry: string = HOST): RegistryHealth {
  return {
    registry,
    repository: "acme/app",
    verdict: { state: "ready", line: "ready: push and pull work", exit: 0 },
    findings: [],
    scratch: { tag: "bale-doctor-x", removed: true, left: [] },
    requests: 1,
    sentBytes: 1,
    ...(profile === undefined ? {} : { profile }),
  };
}

describe("what is kept of a registry", () => {
  it("is one file of the user's alone, with its date, and comes back over the built-in profile", () => {
    const path = open().keep(health({ chunked: false, maxRequestBytes: 5 }), AT);
    expect(path).toBe(fileOf(HOST));
    expect(statSync(path ?? "").mode & 0o777).toBe(0o600);
    expect(statSync(join(path ?? "", "..")).mode & 0o777).toBe(0o700);
    expect(JSON.parse(readFileSync(path ?? "", "utf8"))).toEqual({
      schemaVersion: 1,
      registry: HOST,
      repository: "acme/app",
      examinedAt: "2026-11-24T10:00:00.000Z",
      verdict: "ready: push and pull work",
      profile: { chunked: false, maxRequestBytes: 5 },
    });
    expect(open().profileOf(HOST)).toEqual({ ...registryProfile(HOST), chunked: false, maxRequestBytes: 5 });
    expect(open().profileOf("registry.example")).toBeUndefined();
    expect(notices).toEqual([]);
  });

  it("is replaced by the next examination, and leaves no other file", () => {
    const kept = open();
    kept.keep(health({ chunked: false }), AT);
    expect(kept.profileOf(HOST)?.chunked).toBe(false);
    const path = kept.keep(health({ ranges: false }), AT);
    expect(kept.profileOf(HOST)).toEqual({ ...registryProfile(HOST), ranges: false });
    expect(readdirSync(join(path ?? "", ".."))).toEqual([keptFileName(HOST)]);
  });

  it("is nothing where a push is not possible", () => {
    expect(open().keep(health(undefined), AT)).toBeUndefined();
    expect(open().profileOf(HOST)).toBeUndefined();
  });

  it("keeps what the built-in profile knows and the examination did not look at", () => {
    open().keep(health({ mount: false }, "ghcr.io"), AT);
    expect(open().profileOf("ghcr.io")).toEqual({ ...registryProfile("ghcr.io"), mount: false });
  });

  const good = { schemaVersion: 1, registry: HOST, profile: { chunked: false } };
  it.each<[string, string, RegExp]>([
    ["is no JSON", "{", /damaged/],
    ["is cut", JSON.stringify(good).slice(0, -2), /damaged/],
    ["is a list", "[]", /damaged/],
    ["is of another registry", JSON.stringify({ ...good, registry: "ghcr.io" }), /damaged/],
    ["has a member that there is not", JSON.stringify({ ...good, profile: { chunky: true } }), /damaged/],
    ["has a value that cannot be", JSON.stringify({ ...good, profile: { chunkSize: 0 } }), /damaged/],
    ["has no profile", JSON.stringify({ ...good, profile: null }), /damaged/],
    ["has no version", JSON.stringify({ ...good, schemaVersion: undefined }), /damaged/],
    ["is far too long", JSON.stringify({ ...good, more: "x".repeat(100_000) }), /damaged/],
    ["is newer", JSON.stringify({ ...good, schemaVersion: 2, profile: { future: 1 } }), /newer bale/],
  ])("is ignored with one notice where it %s", (_what, text, why) => {
    open().keep(health({ chunked: true }), AT);
    writeFileSync(fileOf(HOST), text);
    const kept = open();
    expect([kept.profileOf(HOST), kept.profileOf(HOST), kept.profileOf(HOST)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatch(why);
    expect(notices[0]).toContain("bale registry doctor");
  });

  it("is ignored where a folder is in its place, and cannot be kept where a file is in the folder's", () => {
    mkdirSync(fileOf(HOST), { recursive: true });
    expect(open().profileOf(HOST)).toBeUndefined();
    rmSync(join(home, ".local"), { recursive: true });
    writeFileSync(join(home, ".local"), "");
    expect(open().keep(health({ chunked: false }), AT)).toBeUndefined();
    expect(notices).toHaveLength(2);
    expect(notices[1]).toContain("not kept");
  });

  it("comes after what the user has set", () => {
    open().keep(health({ chunked: false }), AT);
    const own = { ...registryProfile(HOST), ranges: false };
    const kept = open();
    expect(withKeptProfiles(() => ({ chunkSize: 7 }), kept)(HOST)).toMatchObject({
      chunkSize: 7,
      profile: { chunked: false },
    });
    expect(withKeptProfiles(() => ({ profile: own }), kept)(HOST).profile).toBe(own);
    expect(withKeptProfiles(() => ({}), kept)("ghcr.io").profile).toBeUndefined();
  });
});

describe("the file of a registry", () => {
  const part = fc.stringMatching(/^[a-zA-Z0-9]([a-zA-Z0-9-]{0,60}[a-zA-Z0-9])?$/);
  const host = fc
    .oneof(
      fc.tuple(
        fc.array(part, { minLength: 1, maxLength: 4 }),
        fc.option(fc.integer({ min: 1, max: 65_535 })),
      ),
      fc.tuple(fc.constant(["[2001:db8::1]"]), fc.option(fc.integer({ min: 1, max: 65_535 }))),
    )
    .map(([parts, port]) => `${parts.join(".")}${port === null ? "" : `:${port}`}`)
    .filter(isRegistryHost);

  it("has a name that every system takes, and that no other registry has", () => {
    fc.assert(
      fc.property(host, host, (one, other) => {
        const name = keptFileName(one);
        expect(name).toMatch(/^registry-[a-z0-9.%A-F-]+\.json$/);
        expect(name.length).toBeLessThanOrEqual(200);
        expect(name === keptFileName(other)).toBe(one.toLowerCase() === other.toLowerCase());
      }),
    );
  });

  it("is one for the names of Docker Hub, and another for each port", () => {
    const hub = ["docker.io", "index.docker.io", "registry-1.docker.io", "Docker.IO"].map(keptFileName);
    expect(new Set(hub)).toEqual(new Set(["registry-docker.io.json"]));
    expect(keptFileName("localhost:5000")).toBe("registry-localhost%3A5000.json");
    expect(keptFileName("[::1]:5000")).toBe("registry-%5B%3A%3A1%5D%3A5000.json");
  });

  it("lies where state belongs", () => {
    const places = { home: "/h", platform: "linux" };
    expect(keptFolder({ ...places, env: {} })).toBe("/h/.local/state/bale/registries");
    expect(keptFolder({ ...places, env: { XDG_STATE_HOME: "/s" } })).toBe("/s/bale/registries");
    expect(keptFolder({ ...places, env: { XDG_STATE_HOME: "s" } })).toBe("/h/.local/state/bale/registries");
  });
});
