import { readFileSync, statSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { useFolders } from "../workspace.testing.js";
import { parseByteSize } from "./byte-size.js";
import { parseConfigKey } from "./config-key.js";
import { parseConfigValue } from "./edit-yaml.js";
import { readUserConfig, setUserValue } from "./read-user-config.js";
import { userConfigFiles } from "./user-config-files.js";
import { parseDuration } from "./user-schema.js";

describe("user configuration", () => {
  const folder = useFolders();

  it("lives where XDG says, unless that is relative", () => {
    expect(userConfigFiles({}, "/home/a").user).toBe("/home/a/.config/bale/config.yaml");
    expect(userConfigFiles({ XDG_CONFIG_HOME: "/x" }, "/home/a").user).toBe("/x/bale/config.yaml");
    expect(userConfigFiles({ XDG_CONFIG_HOME: "x" }, "/home/a").user).toBe(
      "/home/a/.config/bale/config.yaml",
    );
    expect(userConfigFiles({}, "/home/a").system).toBe("/etc/bale/config.yaml");
  });

  it("is the system's and the user's together, with the origin of each key", async () => {
    const { path, write } = folder();
    write(
      "system.yaml",
      "defaultRegistry: ghcr.io\ntrustedStores: [s3://a/b]\nretries: 2\nregistries: { a.example: { plainHttp: true } }\n",
    );
    write(
      "user.yaml",
      "defaultRegistry: ghcr.io/acme\ntrustedStores: [s3://c/d]\nlockTimeout: 2m\nregistries: { 'b.example:5000': { insecure: true, chunkSize: 8MiB } }\n",
    );
    const { config, origins } = await readUserConfig({
      user: path("user.yaml"),
      system: path("system.yaml"),
    });
    expect(config).toMatchObject({
      defaultRegistry: "ghcr.io/acme",
      trustedStores: ["s3://a/b", "s3://c/d"],
      retries: 2,
      lockTimeoutMs: 120_000,
    });
    expect(config.registries.get("b.example:5000")).toEqual({ insecure: true, chunkSize: 8_388_608 });
    expect(origins.get("defaultRegistry")).toBe(path("user.yaml"));
    expect(origins.get("retries")).toBe(path("system.yaml"));
    expect(origins.get("registries.a.example")).toBe(path("system.yaml"));
  });

  it("is empty without files, and names every mistake", async () => {
    const { path, write } = folder();
    const files = { user: path("none/user.yaml"), system: path("none.yaml") };
    expect((await readUserConfig(files)).config).toMatchObject({ trustedStores: [], plugins: [] });
    write(
      "none.yaml",
      "stores: lax\nregistry: {}\nregistries: { 'a b': {}, c.example: { insecur: true } }\n",
    );
    await expect(readUserConfig(files)).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      context: { problems: expect.objectContaining({ length: 4 }) },
    });
  });

  it("is written for the user alone, comments kept", async () => {
    const { path } = folder();
    const file = path("config/bale/config.yaml");
    await setUserValue(file, "registries.localhost:5000.plainHttp", true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    writeFileSync(file, `# mine\n${readFileSync(file, "utf8")}`);
    await setUserValue(file, "defaultRegistry", "ghcr.io/acme");
    expect(readFileSync(file, "utf8")).toBe(
      "# mine\nregistries:\n  localhost:5000:\n    plainHttp: true\ndefaultRegistry: ghcr.io/acme\n",
    );
    await setUserValue(file, "registries.localhost:5000.plainHttp", undefined);
    await setUserValue(file, "defaultRegistry", undefined);
    expect(readFileSync(file, "utf8")).toContain("# mine");
    expect((await readUserConfig({ user: file, system: path("x") })).config.registries.size).toBe(0);
    await expect(setUserValue(file, "nonsense", 1)).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });

  it("has keys and values that mean what they say", async () => {
    expect(parseConfigKey("registries.ghcr.io.insecure")).toEqual(["registries", "ghcr.io", "insecure"]);
    expect(parseConfigKey("annotations.org.example.x")).toEqual(["annotations", "org.example.x"]);
    expect(parseConfigKey("pack.target")).toEqual(["pack", "target"]);
    expect(
      await Promise.all(["true", "8", "[a, b]", "ghcr.io/acme", "", "a: b: c"].map(parseConfigValue)),
    ).toEqual([true, 8, ["a", "b"], "ghcr.io/acme", "", "a: b: c"]);
  });
});

describe("sizes and times", () => {
  it.each([
    ["50MB", 50_000_000],
    ["1MiB", 1_048_576],
    ["1.5 GiB", 1_610_612_736],
    ["10kb", 10_000],
    ["7B", 7],
    [12, 12],
    ["0", 0],
    ["1XB", undefined],
    ["-1", undefined],
    ["", undefined],
    ["MB", undefined],
    ["9999999TiB", undefined],
    [Number.NaN, undefined],
  ])("%s is %s bytes", (text, bytes) => {
    expect(parseByteSize(text)).toBe(bytes);
  });

  it("are whole numbers or refused, for any text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double()), (value) => {
        const bytes = parseByteSize(value);
        expect(bytes === undefined || (Number.isSafeInteger(bytes) && bytes >= 0)).toBe(true);
      }),
    );
  });

  it("read durations", () => {
    expect(["500ms", "30s", "2m", "1h", 5, "x", "-1s"].map(parseDuration)).toEqual([
      500,
      30_000,
      120_000,
      3_600_000,
      5000,
      undefined,
      undefined,
    ]);
  });
});
