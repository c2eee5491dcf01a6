import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { registryAccount } from "./distribution-config.mjs";
import { serviceOrSkip } from "./require.mjs";
import { runTool } from "./run-tool.mjs";
import { startRegistry } from "./start-registry.mjs";
import { waitUntil } from "./wait-until.mjs";

const kinds = ["distribution", "docker-registry", "ggcr"] as const;

const answers = (url: string): Promise<boolean> =>
  fetch(`${url}/v2/`).then(
    () => true,
    () => false,
  );

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bale-start-registry-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

for (const kind of kinds) {
  describe.skipIf(!serviceOrSkip(kind) || !serviceOrSkip("oras"))(`registry ${kind}`, () => {
    it("takes an artifact from oras, gives it back, and logs both", async () => {
      await using registry = await startRegistry(kind);
      await writeFile(join(folder, "weights"), "abc");
      const reference = `${registry.host}/acme/model:v1`;
      const pushed = await runTool("oras", ["push", "--plain-http", reference, "weights:text/plain"], {
        cwd: folder,
      });
      expect(pushed).toMatchObject({ code: 0 });
      const shown = await runTool("oras", ["manifest", "fetch", "--plain-http", reference], { cwd: folder });
      expect(JSON.parse(shown.stdout).layers).toHaveLength(1);

      const log = await registry.accessLog();
      expect(log).toContainEqual(
        expect.objectContaining({ method: "PUT", path: "/v2/acme/model/manifests/v1" }),
      );
      expect(log.some((entry) => entry.query.includes("digest=sha256"))).toBe(true);
    });

    it("logs the status of a request that failed", async () => {
      await using registry = await startRegistry(kind);
      await fetch(`${registry.url}/v2/acme/model/manifests/absent?a=b`);
      expect(await registry.accessLog()).toEqual([
        { method: "GET", path: "/v2/acme/model/manifests/absent", query: "a=b", status: 404 },
      ]);
    });

    it("is gone once stopped", async () => {
      const registry = await startRegistry(kind);
      await registry.stop();
      expect(await answers(registry.url)).toBe(false);
    });
  });
}

describe.skipIf(!serviceOrSkip("ggcr"))("a registry whose owner was killed", () => {
  it("does not outlive it", async () => {
    const module = JSON.stringify(new URL("./start-registry.mjs", import.meta.url).href);
    const script = `import { startRegistry } from ${module}; console.log((await startRegistry("ggcr")).url);`;
    const owner = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(owner.stdout, "data");
    const url = String(line).trim();
    expect(await answers(url)).toBe(true);
    owner.kill("SIGKILL");
    await waitUntil(`end of ${url}`, 10_000, async () => !(await answers(url)));
    expect(await answers(url)).toBe(false);
  });
});

for (const kind of ["distribution", "docker-registry"] as const) {
  describe.skipIf(!serviceOrSkip(kind))(`variants of ${kind}`, () => {
    it("htpasswd asks for the account", async () => {
      await using registry = await startRegistry(kind, { variant: "htpasswd" });
      const account = `${registryAccount.username}:${registryAccount.password}`;
      const authorization = `Basic ${Buffer.from(account).toString("base64")}`;
      expect((await fetch(`${registry.url}/v2/`)).status).toBe(401);
      expect((await fetch(`${registry.url}/v2/`, { headers: { authorization } })).status).toBe(200);
    });

    it("readonly refuses an upload to the data of another registry", async () => {
      await using writable = await startRegistry(kind);
      await using readonly = await startRegistry(kind, {
        variant: "readonly",
        dataFolder: writable.dataFolder,
      });
      const post = { method: "POST" };
      expect((await fetch(`${writable.url}/v2/a/b/blobs/uploads/`, post)).status).toBe(202);
      expect((await fetch(`${readonly.url}/v2/a/b/blobs/uploads/`, post)).status).toBe(405);
    });

    it("nodelete refuses a deletion that open performs", async () => {
      const digest = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
      const statuses: number[] = [];
      for (const variant of ["open", "nodelete"] as const) {
        await using registry = await startRegistry(kind, { variant });
        const begun = await fetch(`${registry.url}/v2/a/b/blobs/uploads/`, { method: "POST" });
        const location = new URL(begun.headers.get("location") ?? "", registry.url);
        location.searchParams.set("digest", digest);
        expect((await fetch(location, { method: "PUT", body: "abc" })).status).toBe(201);
        statuses.push((await fetch(`${registry.url}/v2/a/b/blobs/${digest}`, { method: "DELETE" })).status);
      }
      expect(statuses).toEqual([202, 405]);
    });
  });
}

it("refuses a variant that the registry does not have", async () => {
  if (!serviceOrSkip("ggcr")) return;
  await expect(startRegistry("ggcr", { variant: "htpasswd" })).rejects.toThrow('no variant "htpasswd"');
});
