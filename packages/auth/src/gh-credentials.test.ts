import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { failure, printed } from "./bed.testing.js";
import { ghCredentials } from "./gh-credentials.js";
import { programFolder } from "./program.testing.js";

const GHCR = { origin: "https://ghcr.io", repository: "acme/app", actions: ["pull" as const] };
/** Says what it was asked, counts in a file, and prints a token. */
const SIGNED_IN = `
require("node:fs").appendFileSync(__dirname + "/calls", process.argv.slice(2).join(" ") + " " + process.env.GH_CONFIG_DIR + "\\n");
console.log("gho_s3cr3t");`;

describe("gh", () => {
  test("gives the token of github.com to ghcr.io, asked once for all who wait", async () => {
    await using folder = await programFolder("gh", SIGNED_IN);
    const provider = ghCredentials({ searchPath: folder.path, env: { GH_CONFIG_DIR: "/settings" } });
    const [credential] = await Promise.all([provider.resolve(GHCR), provider.resolve(GHCR)]);
    expect(credential).toMatchObject({ kind: "basic", username: "gh", source: "gh" });
    expect(credential?.kind === "basic" && credential.password.reveal()).toBe("gho_s3cr3t");
    expect(JSON.stringify(credential)).not.toContain("s3cr3t");
    expect(await readFile(join(folder.path, "calls"), "utf8")).toBe(
      "auth token --hostname github.com /settings\n",
    );
  });

  test("is not even started for another origin", async () => {
    await using folder = await programFolder("gh", SIGNED_IN);
    const provider = ghCredentials({ searchPath: folder.path, env: {} });
    for (const origin of [
      "http://ghcr.io",
      "https://ghcr.io:8443",
      "https://ghcr.io.evil.example",
      "https://docker.pkg.github.com",
      "https://github.com",
    ])
      expect(await provider.resolve({ ...GHCR, origin })).toBeUndefined();
    await expect(readFile(join(folder.path, "calls"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("has no answer where it is not installed or nobody is signed in", async () => {
    expect(await ghCredentials({ searchPath: "", env: {} }).resolve(GHCR)).toBeUndefined();
    await using folder = await programFolder(
      "gh",
      `console.error("no oauth token found for github.com"); process.exit(1)`,
    );
    expect(await ghCredentials({ searchPath: folder.path, env: {} }).resolve(GHCR)).toBeUndefined();
  });

  test.each([
    ["fails in another way", `console.error("s3cr3t: keyring is locked"); process.exit(1)`, "exit code 1"],
    ["prints no token", `console.log("gho_s3cr3t and more")`, "no token"],
    ["prints nothing", "", "no token"],
    ["never ends", "setInterval(() => {}, 1000)", "longer than"],
  ])("that %s is a failure that names it, and shows nothing of what it said", async (_, script, why) => {
    await using folder = await programFolder("gh", script);
    const timeoutMs = script.includes("setInterval") ? 100 : undefined;
    const provider = ghCredentials({ searchPath: folder.path, env: {}, timeoutMs });
    const error = await failure(provider.resolve(GHCR));
    expect(error.code).toBe("CREDENTIAL_HELPER");
    expect(error.message).toContain("gh");
    expect(error.why).toContain(why);
    expect(printed(error)).not.toContain("s3cr3t");
  });
});
