import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseConfigKey } from "./config-key.js";
import { parseUserConfig } from "./parse-user-config.js";
import { parseRateLimit } from "./rate-limit.js";
import { parseRegistryKey } from "./registry-key.js";

const read = (text: string) => parseUserConfig(Buffer.from(text), "config.yaml");
async function problems(text: string): Promise<readonly string[]> {
  const error: unknown = await read(text).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  return (error as { readonly context: { readonly problems: readonly string[] } }).context.problems;
}

describe("registries in the user's configuration", () => {
  it("are hosts and namespaces with all their members", async () => {
    const { registries } = await read(`
registries:
  ghcr.io: { concurrency: 4, rateLimit: 600/m, mirrors: [mirror.example:5000, { at: m.example/hub, tags: true }] }
  ghcr.io/acme/models: { credentials: { source: azure, tenant: t }, caFile: /ca.pem, envelope: native }
  public.example: { credentials: anonymous }
`);
    expect(Object.fromEntries(registries)).toEqual({
      "ghcr.io": {
        concurrency: 4,
        rateLimit: "600/m",
        mirrors: ["mirror.example:5000", { at: "m.example/hub", tags: true }],
      },
      "ghcr.io/acme/models": {
        credentials: { source: "azure", tenant: "t" },
        caFile: "/ca.pem",
        envelope: "native",
      },
      "public.example": { credentials: "anonymous" },
    });
  });

  it.each([
    ["ghcr.io/acme: { plainHttp: true }", "2:19", "belongs to a host"],
    ["ghcr.io: { mirror: [a.example] }", "2:14", "did you mean mirrors?"],
    ["ghcr.io: { mirrors: [{ at: a.example, tag: true }] }", "2:41", "did you mean tags?"],
    ["ghcr.io: { mirrors: a.example }", "2:14", "must be a list of mirrors"],
    ['ghcr.io: { mirrors: ["https://a.example"] }', "2:24", "must be a host"],
    ["ghcr.io: { mirrors: [{ tags: true }] }", "2:24", "must be a host"],
    ["ghcr.io: { rateLimit: fast }", "2:14", "such as 10/s"],
    ["ghcr.io: { rateLimit: 0/s }", "2:14", "such as 10/s"],
    ["ghcr.io: { credentials: docker }", "2:14", "must be anonymous, or a map with a source"],
    ["ghcr.io: { credentials: { from: docker } }", "2:14", "must be anonymous, or a map with a source"],
    ["ghcr.io/Acme: {}", "2:3", "must be a host"],
    ["ghcr.io/: {}", "2:3", "must be a host"],
    ["https://ghcr.io: {}", "2:3", "must be a host"],
  ])("with a mistake (%s) are refused where it is", async (line, place, why) => {
    const found = await problems(`registries:\n  ${line}\n`);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`config.yaml:${place}: `);
    expect(found[0]).toContain(why);
  });

  it("are named by keys whose hosts and namespaces hold dots", () => {
    expect(parseConfigKey("registries.ghcr.io/acme.corp.caFile")).toEqual([
      "registries",
      "ghcr.io/acme.corp",
      "caFile",
    ]);
    expect(parseConfigKey("registries.ghcr.io/acme.credentials.source")).toEqual([
      "registries",
      "ghcr.io/acme",
      "credentials",
      "source",
    ]);
    expect(parseConfigKey("registries.credentials.example.caFile")).toEqual([
      "registries",
      "credentials.example",
      "caFile",
    ]);
    expect(parseConfigKey("registries.ghcr.io.credentials")).toEqual([
      "registries",
      "ghcr.io",
      "credentials",
    ]);
  });
});

describe("rates", () => {
  it.each([
    ["10/s", { requests: 10, milliseconds: 1000 }],
    ["600/m", { requests: 600, milliseconds: 60_000 }],
    ["100/6h", { requests: 100, milliseconds: 21_600_000 }],
    ["10", undefined],
    ["10/", undefined],
    ["10/d", undefined],
    ["0/s", undefined],
    ["1/0s", undefined],
    ["-1/s", undefined],
    ["1.5/s", undefined],
    [" 1/s", undefined],
    ["99999999/s", undefined],
  ])("%s", (text, expected) => {
    expect(parseRateLimit(text)).toEqual(expected);
  });

  it("are read as they are written, or refused, for any text", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9_999_999 }),
        fc.integer({ min: 1, max: 999 }),
        fc.constantFrom(["s", 1000] as const, ["m", 60_000] as const, ["h", 3_600_000] as const),
        (requests, times, [unit, milliseconds]) => {
          expect(parseRateLimit(`${requests}/${times}${unit}`)).toEqual({
            requests,
            milliseconds: times * milliseconds,
          });
        },
      ),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        const limit = parseRateLimit(text);
        expect(limit === undefined || (limit.requests > 0 && limit.milliseconds > 0)).toBe(true);
      }),
    );
  });
});

describe("a key of registries", () => {
  it.each([
    ["ghcr.io", { host: "ghcr.io", namespace: undefined }],
    ["localhost:5000/a/b", { host: "localhost:5000", namespace: "a/b" }],
    ["[::1]:5000/a", { host: "[::1]:5000", namespace: "a" }],
    ["ghcr.io//a", undefined],
    ["ghcr.io/a:v1", undefined],
    ["/a", undefined],
    ["", undefined],
  ])("%s", (text, expected) => {
    expect(parseRegistryKey(text)).toEqual(expected);
  });
});
