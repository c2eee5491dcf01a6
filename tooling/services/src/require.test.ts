import { mkdtempSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { everydayServiceNames, serviceNames } from "./catalogue.mjs";
import { cacheFolder, programPath, serviceCommand, serviceIsInstalled } from "./locate.mjs";
import { availableServices, requiredServices, requireService, serviceOrSkip } from "./require.mjs";

vi.mock(import("node:fs"), async (original) => ({ ...(await original()), writeSync: vi.fn() }));

let empty: string;
beforeEach(() => {
  empty = mkdtempSync(join(tmpdir(), "bale-no-services-"));
  vi.stubEnv("BALE_SERVICES_CACHE", empty);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(empty, { recursive: true });
});

describe("a service that is not installed", () => {
  it("lets a test be skipped when nothing requires it, and says so", () => {
    vi.stubEnv("REQUIRE_SERVICES", "");
    expect(serviceOrSkip("oras")).toBe(false);
    expect(writeSync).toHaveBeenCalledExactlyOnceWith(2, expect.stringContaining('"oras" is not installed'));
    expect(availableServices()).not.toContain("oras");
  });

  it.each(["all", "crane, oras"])("fails the test when REQUIRE_SERVICES is %j", (value) => {
    vi.stubEnv("REQUIRE_SERVICES", value);
    expect(() => serviceOrSkip("oras")).toThrow("npm run services");
  });

  it("is no failure where everything but the nightly services is required", () => {
    vi.stubEnv("REQUIRE_SERVICES", "all");
    expect(serviceOrSkip("minio")).toBe(false);
    expect(writeSync).toHaveBeenLastCalledWith(2, expect.stringContaining("-- --nightly"));
  });

  it("is an error for a caller that cannot go on without it", () => {
    expect(() => requireService("oras")).toThrow('service "oras" is not installed');
  });
});

describe("REQUIRE_SERVICES", () => {
  it("means every service but the nightly ones by all, and none by nothing", () => {
    expect([...requiredServices({ REQUIRE_SERVICES: "all" })]).toEqual(everydayServiceNames);
    expect(everydayServiceNames).toContain("versitygw");
    expect(everydayServiceNames).not.toContain("azurite");
    expect([...requiredServices({ REQUIRE_SERVICES: "nightly" })]).toEqual(serviceNames);
    expect(requiredServices({}).size).toBe(0);
  });

  it("refuses a name that is unknown, so that a misspelt one cannot pass", () => {
    expect(() => requiredServices({ REQUIRE_SERVICES: "oars" })).toThrow('unknown service "oars"');
  });
});

describe("the cache folder", () => {
  it("is the one of BALE_SERVICES_CACHE, then of an absolute XDG_CACHE_HOME", () => {
    expect(cacheFolder({ BALE_SERVICES_CACHE: "/a", XDG_CACHE_HOME: "/b" })).toBe("/a");
    expect(cacheFolder({ XDG_CACHE_HOME: "/b" })).toBe(join("/b", "bale-services"));
    expect(cacheFolder({ XDG_CACHE_HOME: "b" })).toMatch(/.cache.bale-services$/);
  });

  it("keeps a program under a name with its version", () => {
    expect(programPath("oras")).toMatch(/oras@v\d+\.\d+\.\d+$/);
    expect(serviceIsInstalled("oras")).toBe(false);
  });

  it("keeps npm and Python packages in folders with their versions, to be run by their interpreters", () => {
    expect(serviceCommand("s3rver")).toEqual([
      process.execPath,
      join(empty, "npm", "s3rver@3.7.1", "node_modules", "s3rver", "bin", "s3rver.js"),
    ]);
    expect(serviceCommand("moto")).toEqual([
      join(empty, "python", "moto@5.2.5", "bin", "python"),
      "-m",
      "moto.server",
    ]);
    expect(serviceIsInstalled("s3rver")).toBe(false);
    expect(serviceIsInstalled("moto")).toBe(false);
  });
});
