import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Digest } from "./digest.js";
import {
  formatReference,
  isRegistryHost,
  isRepositoryName,
  parseReference,
  type Reference,
} from "./reference.js";
import { thrownCode } from "./thrown-code.testing.js";

const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}` as Digest;
const registry = (host: string, repository: string, rest: object = {}): object => ({
  kind: "registry",
  registry: host,
  repository,
  ...rest,
});
const layout = (directory: string, rest: object = {}): object => ({ kind: "layout", directory, ...rest });

describe("parseReference", () => {
  it.each<[string, object]>([
    ["ghcr.io/acme/app", registry("ghcr.io", "acme/app")],
    ["ghcr.io/acme/app:v1", registry("ghcr.io", "acme/app", { tag: "v1" })],
    [`ghcr.io/acme/app@${DIGEST}`, registry("ghcr.io", "acme/app", { digest: DIGEST })],
    [`ghcr.io/acme/app:v1@${DIGEST}`, registry("ghcr.io", "acme/app", { tag: "v1", digest: DIGEST })],
    ["ghcr.io/acme/app:1.2.3+build.5", registry("ghcr.io", "acme/app", { tag: "1.2.3_build.5" })],
    ["localhost/app", registry("localhost", "app")],
    ["localhost:5000/app:v1", registry("localhost:5000", "app", { tag: "v1" })],
    ["127.0.0.1:5000/a/b/c", registry("127.0.0.1:5000", "a/b/c")],
    ["[::1]:5000/app:v1", registry("[::1]:5000", "app", { tag: "v1" })],
    ["[2001:db8::1]/app", registry("[2001:db8::1]", "app")],
    ["Registry.Example/app", registry("Registry.Example", "app")],
    ["registry.example/a_b/c__d/e-f/g.h", registry("registry.example", "a_b/c__d/e-f/g.h")],
    ["registry.example:443/app", registry("registry.example:443", "app")],
    ["oci:layout", layout("layout")],
    ["oci:layout:v1", layout("layout", { tag: "v1" })],
    ["oci:./some/layout:v1.2", layout("./some/layout", { tag: "v1.2" })],
    ["oci:/abs/layout", layout("/abs/layout")],
    ["oci:C:\\models", layout("C:\\models")],
    ["oci:C:\\models:v1", layout("C:\\models", { tag: "v1" })],
    ["oci:C:/models", layout("C:/models")],
    ["oci:d:v1", layout("d", { tag: "v1" })],
    ["oci:dir:with/colon", layout("dir:with/colon")],
    [`oci:layout@${DIGEST}`, layout("layout", { digest: DIGEST })],
    [`oci:layout:v1@${DIGEST}`, layout("layout", { tag: "v1", digest: DIGEST })],
    ["oci:user@home/layout", layout("user@home/layout")],
    ["bundle.tar", { kind: "archive", file: "bundle.tar" }],
    ["./some/bundle.tar.gz", { kind: "archive", file: "./some/bundle.tar.gz" }],
    ["C:\\bundle.tgz", { kind: "archive", file: "C:\\bundle.tgz" }],
    ["bundle.tar:v1", { kind: "archive", file: "bundle.tar", tag: "v1" }],
    [`a.tar/bundle.tar.gz@${DIGEST}`, { kind: "archive", file: "a.tar/bundle.tar.gz", digest: DIGEST }],
    [`bundle.tgz:v1@${DIGEST}`, { kind: "archive", file: "bundle.tgz", tag: "v1", digest: DIGEST }],
  ])("reads %s", (text, expected) => {
    const reference = parseReference(text);
    expect(reference).toEqual(expected);
    expect(parseReference(formatReference(reference))).toEqual(reference);
  });

  it.each([
    "",
    "https://ghcr.io/acme/app",
    "ghcr.io/acme/app:",
    "ghcr.io/acme/app:-v1",
    "ghcr.io/acme/app:.v1",
    `ghcr.io/acme/app:${"v".repeat(129)}`,
    "ghcr.io/acme/app:v 1",
    "ghcr.io/acme/app@sha256:short",
    `ghcr.io/acme/app@${DIGEST.toUpperCase()}`,
    `ghcr.io/acme/app@sha512:${"a".repeat(128)}`,
    `ghcr.io/acme/app@${DIGEST}@${DIGEST}`,
    "ghcr.io/",
    "ghcr.io//app",
    "ghcr.io/acme/",
    "ghcr.io/Acme/app",
    "ghcr.io/acme/../app",
    "ghcr.io/acme/./app",
    "ghcr.io/acme/-app",
    "ghcr.io/acme/app-",
    "ghcr.io/acme/a..b",
    "ghcr.io/acme/a___b",
    "ghcr.io/acme/app?x=1",
    "ghcr.io/acme/app#x",
    "ghcr.io/acme/%2e%2e/app",
    "user:word@ghcr.io/app",
    "user@ghcr.io/app",
    "ghcr.io\\evil.example/app",
    "evil\nhost.example/app",
    "ghcr.io/acme/app\u0000",
    "-ghcr.io/app",
    "ghcr..io/app",
    "ghcr.io:port/app",
    "ghcr.io:/app",
    "ghcr.io:0/app",
    "ghcr.io:65536/app",
    "ghcr.io:99999/app",
    "[::1/app",
    "[g::1]/app",
    `ghcr.io/${"a".repeat(256)}`,
    "oci:",
    "oci::v1",
    "oci:layout:",
    "oci:layout:-v1",
    "bundle.tar:",
    "bundle.tar:-v1",
  ])("refuses %j", (text) => {
    expect(thrownCode(() => parseReference(text))).toBe("REFERENCE_INVALID");
  });

  it("completes short names from the default registry, and only those", () => {
    const defaultRegistry = "ghcr.io/acme/";
    expect(parseReference("app:v1", { defaultRegistry })).toEqual(
      registry("ghcr.io", "acme/app", { tag: "v1" }),
    );
    expect(parseReference("team/app", { defaultRegistry })).toEqual(registry("ghcr.io", "acme/team/app"));
    expect(parseReference("quay.io/app", { defaultRegistry })).toEqual(registry("quay.io", "app"));
    expect(parseReference("localhost/app", { defaultRegistry })).toEqual(registry("localhost", "app"));
    expect(thrownCode(() => parseReference("app:v1"))).toBe("REFERENCE_INVALID");
    expect(thrownCode(() => parseReference("app", { defaultRegistry: "https://ghcr.io" }))).toBe(
      "REFERENCE_INVALID",
    );
  });

  it("reads back whatever it prints", () => {
    const host = fc.constantFrom("ghcr.io", "localhost:5000", "[::1]:8080", "registry.example");
    const name = fc.stringMatching(/^[a-z0-9]+(?:[._-][a-z0-9]+)?$/).filter((text) => text.length < 40);
    const tag = fc.option(fc.stringMatching(/^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,20}$/), { nil: undefined });
    const digest = fc.constantFrom(undefined, DIGEST);
    fc.assert(
      fc.property(
        host,
        fc.array(name, { minLength: 1, maxLength: 3 }),
        tag,
        digest,
        (registryHost, names, tagText, digestText) => {
          const text = `${registryHost}/${names.join("/")}${tagText ? `:${tagText}` : ""}${digestText ? `@${digestText}` : ""}`;
          if (/\.(?:tar|tgz|tar\.gz)$/.test(text)) return;
          expect(formatReference(parseReference(text))).toBe(text);
        },
      ),
    );
  });

  it("answers any text with a reference or with its one code, and what it reads reaches no other part of a URL", () => {
    const soup = fc
      .array(
        fc.constantFrom(
          "a",
          "ghcr.io",
          "/",
          ":",
          "@",
          ".",
          "..",
          "oci:",
          "[",
          "]",
          "5000",
          DIGEST,
          " ",
          "?",
          "#",
          "%",
          "\\",
          "A",
          "-",
        ),
        { maxLength: 8 },
      )
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(soup, (text) => {
        let reference: Reference | undefined;
        const code = thrownCode(() => {
          reference = parseReference(text);
        });
        if (code !== "accepted") expect(code).toBe("REFERENCE_INVALID");
        if (reference?.kind !== "registry") return;
        const url = new URL(`https://${reference.registry}/v2/${reference.repository}/tags/list`);
        expect(url.pathname).toBe(`/v2/${reference.repository}/tags/list`);
        expect([url.username, url.password, url.search, url.hash]).toEqual(["", "", "", ""]);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("isRegistryHost and isRepositoryName", () => {
  it("bound their input", () => {
    expect(isRegistryHost(`${"a.".repeat(200)}example`)).toBe(false);
    expect(isRepositoryName("a".repeat(256))).toBe(false);
    expect(isRepositoryName("a".repeat(255))).toBe(true);
  });

  it("take no time for long names that do not match", () => {
    expect(isRepositoryName(`${"a-".repeat(127)}_`)).toBe(false);
    expect(isRegistryHost(`${"a-".repeat(127)}!`)).toBe(false);
  });
});
