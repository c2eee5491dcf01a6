import { spawnSync } from "node:child_process";
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { credentialProviderConformance } from "@bale/conformance";
import { type Credential, secret } from "@bale/spec";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { configuredHelper, type DockerOptions, dockerCredentials } from "../src/index.js";

const PROGRAM = "docker-credential-pass";

function isInstalled(name: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function canRun(): boolean {
  const missing = [PROGRAM, "pass", "gpg"].filter((name) => !isInstalled(name));
  if (missing.length === 0) return true;
  const required = (process.env["REQUIRE_SERVICES"] ?? "").split(",").map((name) => name.trim());
  if (required.includes(PROGRAM)) throw new Error(`not installed: ${missing.join(", ")}`);
  // A test runner holds console.error back while it collects, and this line has to be seen.
  writeSync(2, `skipped: ${PROGRAM} (not installed: ${missing.join(", ")})\n`);
  return false;
}

describe.skipIf(!canRun())("the real docker-credential-pass", () => {
  let folder = "";
  let options: DockerOptions = { env: {} };
  const run = (program: string, ...args: readonly string[]): void => {
    const { status, stderr } = spawnSync(program, args, { env: { ...options.env } });
    if (status !== 0) throw new Error(`${program} failed: ${stderr}`);
  };

  beforeAll(() => {
    // Short: the agent's socket is in it, and the path of a socket has at most 108 bytes.
    folder = mkdtempSync(join(tmpdir(), "p-"));
    mkdirSync(join(folder, "g"), { mode: 0o700 });
    mkdirSync(join(folder, ".docker"));
    writeFileSync(join(folder, ".docker", "config.json"), '{"credsStore":"pass"}');
    const env = {
      PATH: process.env["PATH"],
      HOME: folder,
      GNUPGHOME: join(folder, "g"),
      PASSWORD_STORE_DIR: join(folder, "store"),
    };
    options = { env };
    run(
      "gpg",
      "--batch",
      "--quiet",
      "--passphrase",
      "",
      "--quick-gen-key",
      "t <t@example.invalid>",
      "default",
      "default",
      "never",
    );
    run("pass", "init", "t@example.invalid");
  });
  afterAll(() => {
    if (options.env["GNUPGHOME"]) run("gpgconf", "--kill", "gpg-agent");
    rmSync(folder, { recursive: true, force: true });
  });

  it("is the helper for every registry", async () => {
    expect(await configuredHelper("ghcr.io", options)).toBe("pass");
  });

  credentialProviderConformance({ describe, it }, async () => {
    const origin = "https://ghcr.io";
    const credential: Credential = { kind: "basic", username: "alice", password: secret("p:w ünd") };
    const provider = dockerCredentials(options);
    await provider.storage?.save(origin, credential);
    return {
      open: async () => dockerCredentials(options),
      known: [{ request: { origin, repository: "acme/app", actions: ["pull"] }, credential }],
      [Symbol.asyncDispose]: async () => {
        for (const host of [
          "ghcr.io",
          "saved.example",
          ..."abcde".split("").map((user) => `${user}.saved.example`),
        ])
          await provider.storage?.erase(`https://${host}`);
      },
    };
  });
});
