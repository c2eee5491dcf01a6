import { describe, expect, it } from "vitest";
import { parseNamespace } from "./parse-namespace.js";

describe("a namespace", () => {
  it.each([
    ["ghcr.io", undefined, "ghcr.io", undefined],
    ["ghcr.io/", undefined, "ghcr.io", undefined],
    ["ghcr.io/acme", "quay.io/other", "ghcr.io", "acme"],
    ["ghcr.io/acme/models", undefined, "ghcr.io", "acme/models"],
    ["localhost:5000/a", undefined, "localhost:5000", "a"],
    ["localhost", undefined, "localhost", undefined],
    [undefined, "ghcr.io", "ghcr.io", undefined],
    [undefined, "ghcr.io/acme/", "ghcr.io", "acme"],
    ["models", "ghcr.io/acme", "ghcr.io", "acme/models"],
    ["acme", "ghcr.io", "ghcr.io", "acme"],
  ])("%j, with %j as default, is %s and %j", (text, defaultRegistry, registry, namespace) => {
    expect(parseNamespace(text, defaultRegistry)).toEqual({ registry, namespace });
  });

  it.each([
    [undefined, undefined],
    ["acme", undefined],
    ["", undefined],
    ["https://ghcr.io", undefined],
    ["ghcr.io/Acme", undefined],
    ["ghcr.io/acme:v1", undefined],
    ["ghcr.io/acme//x", undefined],
    ["ghcr.io/../x", undefined],
    ["user@ghcr.io", undefined],
    ["ghcr.io\n/x", undefined],
  ])("%j, with %j as default, is none", (text, defaultRegistry) => {
    expect(() => parseNamespace(text, defaultRegistry)).toThrow(
      expect.objectContaining({ code: "REFERENCE_INVALID" }),
    );
  });
});
