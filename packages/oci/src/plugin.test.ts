import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type HttpRequest, type HttpResponse, type PluginContext, parseDigest, parseTag } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { oci } from "./plugin.js";

/** A client that notes what it is asked, and answers 404 as a registry does. */
function recorder(): { readonly context: PluginContext; readonly urls: string[] } {
  const urls: string[] = [];
  const request = async ({ url }: HttpRequest): Promise<HttpResponse> => {
    urls.push(url);
    return {
      status: 404,
      url,
      headers: { "docker-distribution-api-version": "registry/2.0" },
      body: (async function* () {})(),
      bytes: async () => new Uint8Array(0),
      discard: async () => undefined,
    };
  };
  const http = { request, [Symbol.asyncDispose]: async () => undefined };
  const credentials = { id: "none", resolve: async () => undefined };
  return { urls, context: { http, credentials, env: {}, log: () => undefined } };
}
function remote(scheme: string, options: Parameters<typeof oci>[0] = {}) {
  const found = oci(options).remotes?.find((contribution) => contribution.scheme === scheme);
  if (!found) throw new Error(`no remote ${scheme}`);
  return found;
}

describe("the plugin", () => {
  it.each([
    ["ghcr.io", "acme/app", undefined, "https://ghcr.io/v2/acme/app/manifests/v1"],
    ["docker.io", "alpine", undefined, "https://registry-1.docker.io/v2/library/alpine/manifests/v1"],
    ["docker.io", "acme/app", undefined, "https://registry-1.docker.io/v2/acme/app/manifests/v1"],
    ["localhost:5000", "app", undefined, "http://localhost:5000/v2/app/manifests/v1"],
    ["registry.example", "app", true, "http://registry.example/v2/app/manifests/v1"],
    ["localhost:5000", "app", false, "https://localhost:5000/v2/app/manifests/v1"],
  ])("asks %s for %s (plain http: %s) at %s", async (registry, repository, plainHttp, url) => {
    const { context, urls } = recorder();
    const settings = () => ({ plainHttp });
    await using opened = await remote("registry", { settings }).open(
      { scheme: "registry", registry, repository },
      context,
    );
    expect(await opened.resolve(parseTag("v1"))).toBeUndefined();
    expect(urls).toEqual([url]);
  });

  it("passes the settings of a registry on", async () => {
    const { context } = recorder();
    const settings = (registry: string) => ({
      chunkSize: 5_000_000,
      ...(registry === "ghcr.io" ? { envelope: "compatible" as const } : {}),
    });
    const open = (registry: string) =>
      remote("registry", { settings }).open(
        { scheme: "registry", registry, repository: "acme/app" },
        context,
      );
    await using ghcr = await open("ghcr.io");
    await using other = await open("registry.example");
    expect(ghcr.blobs.limits.partSize).toBe(5_000_000);
    expect(ghcr.limits.envelope).toBe("compatible");
    expect(other.limits.envelope).toBeUndefined();
  });

  it("asks for the settings of the repository as the registry names it, and its mirrors before the registry", async () => {
    const { context, urls } = recorder();
    const asked: unknown[] = [];
    const settings = (registry: string, repository?: string) => {
      asked.push([registry, repository]);
      if (registry !== "docker.io") return { plainHttp: true };
      return { mirrors: [{ registry: "mirror.example", prefix: "hub" }] };
    };
    await using opened = await remote("registry", { settings }).open(
      { scheme: "registry", registry: "docker.io", repository: "alpine" },
      context,
    );
    const digest = parseDigest(`sha256:${"0".repeat(64)}`);
    await opened.getManifest(digest).catch(() => undefined);
    expect(asked).toEqual([
      ["docker.io", "library/alpine"],
      ["mirror.example", "hub/library/alpine"],
    ]);
    expect(urls).toEqual([
      `http://mirror.example/v2/hub/library/alpine/manifests/${digest}`,
      `https://registry-1.docker.io/v2/library/alpine/manifests/${digest}`,
    ]);
  });

  it("opens layouts that are still to be made", async () => {
    const folder = await mkdtemp(join(tmpdir(), "bale-plugin-"));
    try {
      const location = { scheme: "oci", registry: "", repository: join(folder, "new") };
      await using layout = await remote("oci").open(location, recorder().context);
      expect(await layout.resolve(parseTag("v1"))).toBeUndefined();
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
