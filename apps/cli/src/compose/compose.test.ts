import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatReference, parseReference } from "@bale/spec";
import { EMPTY_USER_CONFIG, type UserConfig } from "@bale/workspace";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { type FlagValue, flagsOf } from "../definition/flags.js";
import { textStyle } from "../terminal/text-style.js";
import { createJournal } from "./journal.js";
import { meantRegistries } from "./meant-registries.js";
import { absoluteReference, registryOf } from "./named-references.js";
import { namedRegistries, registrySettings } from "./registry-settings.js";

const folder = mkdtempSync(join(tmpdir(), "bale-compose-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const flags = (values: Readonly<Record<string, FlagValue>> = {}) => flagsOf(new Map(Object.entries(values)));
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

describe("references of the command line", () => {
  it.each([
    ["oci:store", "oci:/w/store"],
    ["oci:../store:v1", "oci:/store:v1"],
    ["oci:/abs:v1", "oci:/abs:v1"],
    ["oci:store:v1//a/b.txt", "oci:/w/store:v1//a/b.txt"],
    ["bundle.tar", "/w/bundle.tar"],
    ["ghcr.io/acme/app:v1", "ghcr.io/acme/app:v1"],
    ["app:v1", "app:v1"],
  ])("%s is %s in the folder /w", (text, expected) => {
    expect(absoluteReference(text, "/w")).toBe(expected);
  });

  it("stay what they are once they are absolute", () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9.]{0,6}$/).filter((text) => !text.includes(".."));
    fc.assert(
      fc.property(
        fc.array(name, { minLength: 1, maxLength: 3 }),
        fc.option(name, { nil: undefined }),
        (parts, tag) => {
          const once = absoluteReference(`oci:${parts.join("/")}${tag === undefined ? "" : `:${tag}`}`, "/w");
          expect(absoluteReference(once, "/elsewhere")).toBe(once);
          expect(formatReference(parseReference(once))).toBe(once);
        },
      ),
    );
  });

  it("lead to a registry, or to none", () => {
    expect(registryOf("ghcr.io/acme/app:v1//file", undefined)).toBe("ghcr.io");
    expect(registryOf("app:v1", "quay.io/acme")).toBe("quay.io");
    expect([
      registryOf("app:v1", undefined),
      registryOf("oci:x", undefined),
      registryOf("x.tar", undefined),
      registryOf(undefined, undefined),
    ]).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe("the registries that flags and variables are for", () => {
  const upstream = (from: "state" | "project") => async () => ({ reference: "ghcr.io/acme/app:v1", from });
  const nobody = async () => undefined;
  const ask = (input: Partial<Parameters<typeof meantRegistries>[0]>) =>
    meantRegistries({
      references: [undefined],
      flags: flags(),
      env: {},
      defaultRegistry: undefined,
      upstream: nobody,
      ...input,
    });

  it("are those that the command line names, each once", async () => {
    expect(await ask({ references: ["quay.io/a/b:1", "quay.io/c:1"] })).toEqual([
      { host: "quay.io", general: true },
    ]);
  });

  it("are the upstream's where none is named, with general variables only where this user put it there", async () => {
    const env = { BALE_TOKEN: "x" };
    expect(await ask({ upstream: upstream("state"), env })).toEqual([{ host: "ghcr.io", general: true }]);
    expect(await ask({ upstream: upstream("project"), env })).toEqual([{ host: "ghcr.io", general: false }]);
    expect(await ask({ upstream: upstream("project"), flags: flags({ "plain-http": true }) })).toEqual([
      { host: "ghcr.io", general: false },
    ]);
  });

  it("are none where a layout is named, and the workspace is not looked at when nothing depends on it", async () => {
    const asked = async (): Promise<never> => {
      throw new Error("asked");
    };
    expect(await ask({ references: ["oci:/x"], env: { BALE_TOKEN: "x" }, upstream: asked })).toEqual([]);
    expect(await ask({ upstream: asked })).toEqual([]);
  });
});

describe("how a registry is reached", () => {
  const pem = file("ca.pem", "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n");
  const user: UserConfig = {
    ...EMPTY_USER_CONFIG,
    registries: new Map([
      [
        "registry.example.com",
        { plainHttp: true, caFile: pem, envelope: "compatible", chunkSize: 5, concurrency: 3 },
      ],
    ]),
  };
  const named = (values: Readonly<Record<string, FlagValue>>, ...hosts: string[]) =>
    namedRegistries(new Set(hosts), flags(values), "");

  it("is https, but for this machine, for what is marked in the user's file, and for what a flag names", () => {
    const settings = registrySettings(user, named({ "plain-http": true }, "lan.example.com:5000"), folder);
    expect(
      ["ghcr.io", "localhost:5000", "registry.example.com", "lan.example.com:5000"].map(settings.originOf),
    ).toEqual([
      "https://ghcr.io",
      "http://localhost:5000",
      "http://registry.example.com",
      "http://lan.example.com:5000",
    ]);
    expect(settings.isInsecure("http://lan.example.com:5000")).toBe(true);
    expect(settings.isInsecure("https://ghcr.io")).toBe(false);
  });

  it("takes TLS settings for the registries that they are for, and no other", () => {
    const settings = registrySettings(
      user,
      named({ insecure: true, "cert-file": pem, "key-file": pem }, "ghcr.io"),
      folder,
    );
    expect(settings.forOrigin("https://ghcr.io")).toMatchObject({
      insecure: true,
      cert: expect.stringContaining("BEGIN"),
      key: expect.stringContaining("BEGIN"),
    });
    expect(settings.forOrigin("https://cdn.example.com")).toEqual({ insecure: false });
    expect(settings.forOrigin("http://registry.example.com")).toMatchObject({
      insecure: false,
      ca: [expect.stringContaining("BEGIN")],
      concurrency: 3,
    });
    expect(settings.forRegistry("registry.example.com")).toEqual({
      plainHttp: true,
      envelope: "compatible",
      chunkSize: 5,
    });
  });

  it("takes the settings of a namespace for what is asked of it, member by member", () => {
    const own = file("own.pem", "-----BEGIN CERTIFICATE-----\nown\n-----END CERTIFICATE-----\n");
    const config: UserConfig = {
      ...EMPTY_USER_CONFIG,
      registries: new Map([
        ["ghcr.io", { caFile: pem, rateLimit: "600/m", envelope: "native", credentials: "anonymous" }],
        [
          "ghcr.io/acme",
          {
            certFile: own,
            keyFile: own,
            envelope: "compatible",
            mirrors: ["mirror.example:5000", { at: "m.example/hub", tags: true }],
            credentials: { source: "vault", role: "r" },
          },
        ],
      ]),
    };
    const settings = registrySettings(config, named({}), folder);
    const ofHost = settings.forOrigin("https://ghcr.io");
    expect(ofHost).toMatchObject({ rateLimit: { requests: 600, milliseconds: 60_000 } });
    expect(ofHost.cert).toBeUndefined();
    expect(settings.forOrigin("https://ghcr.io", "other/app")).toBe(ofHost);
    const ofAcme = settings.forOrigin("https://ghcr.io", "acme/models/malaria");
    expect(ofAcme).toMatchObject({ ca: ofHost.ca, cert: expect.stringContaining("own") });
    expect(settings.forOrigin("https://ghcr.io", "acme/app")).toBe(ofAcme);
    expect(settings.forRegistry("ghcr.io", "other/app").mirrors).toBeUndefined();
    expect(settings.forRegistry("ghcr.io", "acme/app")).toMatchObject({
      envelope: "compatible",
      mirrors: [
        { registry: "mirror.example:5000", prefix: undefined },
        { registry: "m.example", prefix: "hub", tags: true },
      ],
    });
    expect(settings.credentialsFor("ghcr.io", "acme/app")).toEqual({
      source: "vault",
      config: { role: "r" },
    });
    expect(settings.credentialsFor("ghcr.io")).toEqual({ source: "anonymous", config: {} });
    expect(settings.credentialsFor("quay.io")).toBeUndefined();
  });

  it("takes certificates from docker's folders for https, where nothing else says which", () => {
    const asked: (readonly string[])[] = [];
    const found = { caFiles: [pem], certFile: pem, keyFile: pem };
    const settings = registrySettings(
      {
        ...EMPTY_USER_CONFIG,
        registries: new Map([["own.example", { certFile: pem, keyFile: pem, caFile: pem }]]),
      },
      named({ "cert-file": pem }, "named.example", "docker.io"),
      folder,
      (names) => {
        asked.push(names);
        return found;
      },
    );
    expect(asked).toEqual([]);
    const all = { ca: [expect.any(String)], cert: expect.any(String), key: expect.any(String) };
    expect(settings.forOrigin("https://lan.example:5000")).toMatchObject(all);
    expect(settings.forOrigin("https://lan.example:5000")).toMatchObject(all);
    settings.forOrigin("http://lan.example:5000");
    settings.forOrigin("https://own.example");
    expect(asked.slice(0, 2)).toEqual([["lan.example:5000"], ["lan.example:5000"]]);
    expect(asked).toHaveLength(2);
    expect(settings.forOrigin("https://named.example").key).toBeUndefined();
    settings.forOrigin("https://registry-1.docker.io");
    expect(asked.at(-1)).toEqual(["docker.io", "registry-1.docker.io", "registry-1.docker.io:443"]);
  });

  it("refuses files that are no PEM, or not there", () => {
    const noPem = file("no.pem", "text");
    expect(() =>
      registrySettings(user, named({ "cert-file": noPem }, "ghcr.io"), folder).forOrigin("https://ghcr.io"),
    ).toThrow("no PEM");
    expect(() =>
      registrySettings(user, named({ "cert-file": "absent.pem" }, "ghcr.io"), folder).forOrigin(
        "https://ghcr.io",
      ),
    ).toThrow(/absent\.pem/);
  });
});

describe("what packages have to say", () => {
  const told = (quiet: boolean, verbosity: number): string[] => {
    const lines: string[] = [];
    const journal = createJournal({
      style: textStyle({ color: false }),
      quiet,
      verbosity,
      print: (line) => lines.push(line),
    });
    journal.notice("history breaks off");
    journal.warning("Bearer abcdefghijkl\u001b");
    journal.retry({
      method: "GET",
      host: "ghcr.io",
      path: "/v2/",
      attempt: 1,
      delayMs: 12.6,
      reason: "reset",
    });
    journal.log("debug", "asked", { origin: "https://ghcr.io" });
    return lines;
  };

  it("is as much as was asked for, without secrets", () => {
    expect(told(false, 0)).toEqual(["note: history breaks off\n", "warning: Bearer [hidden]\\u{1b}\n"]);
    expect(told(false, 1)).toHaveLength(3);
    expect(told(false, 2).slice(2)).toEqual([
      "retry: GET ghcr.io/v2/ (try 1 failed, next in 13 ms): reset\n",
      "debug: asked origin=https://ghcr.io\n",
    ]);
    expect(told(true, 2)).toEqual([]);
  });
});
