import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { environmentRoots } from "./trust-roots.js";

let root: string;
const pem = (name: string) => `-----BEGIN CERTIFICATE-----\n${name}\n-----END CERTIFICATE-----\n`;
const file = (name: string, text = pem(name)): string => {
  writeFileSync(join(root, name), text);
  return join(root, name);
};
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "bale-roots-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("whom the environment trusts", () => {
  it("is left to Node where nothing is set", () => {
    expect(environmentRoots({})).toEqual({});
    expect(environmentRoots({ SSL_CERT_FILE: "", SSL_CERT_DIR: "", NODE_EXTRA_CA_CERTS: "" })).toEqual({});
  });

  it("is what SSL_CERT_FILE and SSL_CERT_DIR name in place of Node's roots, each certificate once", () => {
    const one = file("one.pem");
    for (const name of ["x", "y"]) mkdirSync(join(root, name));
    file("x/two.pem");
    file("x/readme.txt", "no certificate");
    symlinkSync("two.pem", join(root, "x", "5ad8a5d6.0"));
    symlinkSync("gone.pem", join(root, "x", "dangling.0"));
    file("y/three.pem");
    const folders = [join(root, "x"), "", join(root, "y")].join(delimiter);
    expect(environmentRoots({ SSL_CERT_FILE: one })).toEqual({ instead: [pem("one.pem")] });
    expect(environmentRoots({ SSL_CERT_FILE: one, SSL_CERT_DIR: folders }).instead).toEqual([
      pem("one.pem"),
      pem("x/two.pem"),
      pem("y/three.pem"),
    ]);
  });

  it("has what NODE_EXTRA_CA_CERTS names beside them, if it is there", () => {
    const extra = file("extra.pem");
    expect(environmentRoots({ NODE_EXTRA_CA_CERTS: extra })).toEqual({ extra: [pem("extra.pem")] });
    expect(environmentRoots({ NODE_EXTRA_CA_CERTS: join(root, "absent") })).toEqual({});
    expect(environmentRoots({ SSL_CERT_FILE: extra, NODE_EXTRA_CA_CERTS: extra })).toEqual({
      instead: [pem("extra.pem")],
      extra: [pem("extra.pem")],
    });
  });

  it.each(["SSL_CERT_FILE", "SSL_CERT_DIR"])("is nobody where %s leads nowhere, and that is said", (name) => {
    expect(() => environmentRoots({ [name]: join(root, "absent") })).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringContaining(name) }),
    );
  });
});
