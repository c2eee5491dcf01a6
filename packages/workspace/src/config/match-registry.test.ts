import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchRegistry } from "./match-registry.js";
import type { UserRegistrySettings } from "./user-registry-settings.js";

const map = (entries: Readonly<Record<string, UserRegistrySettings>>) => new Map(Object.entries(entries));

describe("the settings of a repository", () => {
  const registries = map({
    "ghcr.io/acme/models": { envelope: "native", mirrors: ["deep.example"] },
    "ghcr.io": { envelope: "compatible", concurrency: 4, caFile: "/host.pem" },
    "ghcr.io/acme": { caFile: "/acme.pem", credentials: { source: "docker" } },
    "localhost:5000": { plainHttp: true },
  });

  it.each([
    ["ghcr.io", undefined, "ghcr.io", { envelope: "compatible", concurrency: 4, caFile: "/host.pem" }],
    ["ghcr.io", "other/app", "ghcr.io", { envelope: "compatible", concurrency: 4, caFile: "/host.pem" }],
    // A prefix ends where a segment ends.
    ["ghcr.io", "acme2/app", "ghcr.io", { envelope: "compatible", concurrency: 4, caFile: "/host.pem" }],
    [
      "ghcr.io",
      "acme/app",
      "ghcr.io/acme",
      { envelope: "compatible", concurrency: 4, caFile: "/acme.pem", credentials: { source: "docker" } },
    ],
    [
      "GHCR.io",
      "acme/models/malaria",
      "ghcr.io/acme/models",
      {
        envelope: "native",
        concurrency: 4,
        caFile: "/acme.pem",
        credentials: { source: "docker" },
        mirrors: ["deep.example"],
      },
    ],
    ["ghcr.io", "acme", "ghcr.io/acme", expect.objectContaining({ caFile: "/acme.pem" })],
    ["ghcr.io:443", "acme/app", undefined, {}],
    ["localhost", "app", undefined, {}],
    ["localhost:5000", "app", "localhost:5000", { plainHttp: true }],
  ])("%s %s: %s decides last", (registry, repository, key, settings) => {
    expect(matchRegistry(registries, registry, repository)).toEqual({ key, settings });
  });

  it("are the same under every name of Docker Hub", () => {
    const hub = map({ "index.docker.io/acme": { concurrency: 2 } });
    expect(matchRegistry(hub, "docker.io", "acme/app").settings).toEqual({ concurrency: 2 });
  });

  it("keep what a shorter prefix says where a longer one says nothing", () => {
    const given = map({ "a.example": { insecure: true }, "a.example/b": { insecure: undefined } });
    expect(matchRegistry(given, "a.example", "b/c").settings).toEqual({ insecure: true });
  });

  it("come, member by member, from the longest prefix that has the member", () => {
    const segment = fc.constantFrom("a", "b", "ab");
    const path = fc.array(segment, { maxLength: 3 });
    const members = fc.record(
      { concurrency: fc.integer({ min: 1, max: 9 }), insecure: fc.boolean() },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(path, members), { selector: ([steps]) => steps.join("/"), maxLength: 8 }),
        fc.array(segment, { minLength: 1, maxLength: 4 }),
        (entries, name) => {
          const registries = new Map(
            entries.map(([steps, settings]) => [["h.example", ...steps].join("/"), settings] as const),
          );
          const found = matchRegistry(registries, "h.example", name.join("/")).settings;
          for (const member of ["concurrency", "insecure"] as const) {
            const saying = entries
              .filter(
                ([steps, settings]) =>
                  settings[member] !== undefined && steps.every((step, index) => name[index] === step),
              )
              .sort(([a], [b]) => b.length - a.length);
            expect(found[member]).toBe(saying[0]?.[1][member]);
          }
        },
      ),
    );
  });
});
