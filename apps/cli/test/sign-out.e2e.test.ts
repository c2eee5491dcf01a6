import { chmodSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { home } from "./registries.js";
import { checkDocument } from "./schemas/check-document.js";
import { FILE, helper, run, stored } from "./sign-in.js";
import { writeFiles } from "./temporary-folder.js";

describe("signing out", () => {
  const entry = { auth: Buffer.from("alice:pw").toString("base64") };

  it("where nothing was stored is no failure, and says so", async () => {
    const out = await run(home(), ["logout", "ghcr.io"]);
    expect(out).toMatchObject({ exit: 0, stdout: "nothing was stored for ghcr.io\n" });
  });

  it("names everybody who is still signed in", async () => {
    const cwd = home({
      [FILE]: JSON.stringify({ auths: { "ghcr.io": entry } }),
      ".config/containers/auth.json": JSON.stringify({ auths: { "ghcr.io": entry } }),
    });
    const env = {
      ...helper(cwd, "unused"),
      BALE_USERNAME_GHCR_IO: "bob",
      BALE_PASSWORD_GHCR_IO: "pw",
      GITHUB_TOKEN: "t",
      GITHUB_ACTOR: "octo",
    };
    writeFiles(cwd, { "bin/gh": "#!/bin/sh\necho gho_0123456789\n" });
    chmodSync(join(cwd, "bin/gh"), 0o755);
    const out = await run(cwd, ["logout", "ghcr.io", "--json"], { env });
    expect(checkDocument("logout", out.stdout)).toMatchObject({
      removed: [{ kind: "file", path: join(cwd, FILE) }],
      remaining: [
        "bob (BALE_PASSWORD_GHCR_IO)",
        `alice (${join(cwd, ".config/containers/auth.json")})`,
        "octo (GITHUB_TOKEN)",
        "gh (gh)",
      ],
      failures: [],
    });
  });

  it("names sources that cannot tell", async () => {
    const cwd = home({ ".config/containers/auth.json": '{"credHelpers":{"quay.io":"missing"}}' });
    const out = await run(cwd, ["logout", "quay.io"], { env: { PATH: "/usr/bin" } });
    expect(out).toMatchObject({ exit: 0 });
    expect(out.stdout).toContain("could not tell");
    expect(out.stdout).toContain("docker-credential-missing is not installed");
  });

  it.each(["docker.io", "index.docker.io", "registry-1.docker.io"])(
    "of Docker Hub goes by %s as well",
    async (name) => {
      const cwd = home({ [FILE]: JSON.stringify({ auths: { "https://index.docker.io/v1/": entry } }) });
      expect((await run(cwd, ["logout", name])).stdout).toContain("signed out of");
      expect(stored(cwd)).toEqual({});
    },
  );
});
