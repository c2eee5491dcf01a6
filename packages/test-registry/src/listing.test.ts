import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call, errorCode, indexType, manifestBytes, putManifest, repository } from "./client.testing.js";
import { digestOf } from "./digest.js";
import { startTestRegistry, type TestRegistry } from "./test-registry.js";

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry();
  for (const tag of ["c", "a", "b", "B"]) await putManifest(registry, tag, manifestBytes(registry));
  registry.store.createRepository("acme/zebra");
});
afterAll(() => registry.close());

const json = async (path: string) => (await call(registry, path)).json() as Promise<Record<string, unknown>>;

describe("listing tags and repositories", () => {
  it("lists tags in the order of their characters", async () => {
    expect(await json(`/v2/${repository}/tags/list`)).toEqual({
      name: repository,
      tags: ["B", "a", "b", "c"],
    });
  });

  it("cuts pages that Link leads through to the end", async () => {
    const pages: unknown[] = [];
    for (let path: string | undefined = `/v2/${repository}/tags/list?n=3`; path !== undefined; ) {
      const response = await call(registry, path);
      pages.push(((await response.json()) as { tags: unknown }).tags);
      path = /^<([^>]+)>; rel="next"$/.exec(response.headers.get("link") ?? "")?.[1];
    }
    expect(pages).toEqual([["B", "a", "b"], ["c"]]);
  });

  it("sends no Link with the last page, and nothing for n=0", async () => {
    expect((await call(registry, `/v2/${repository}/tags/list?n=4`)).headers.get("link")).toBeNull();
    expect(await json(`/v2/${repository}/tags/list?n=0`)).toMatchObject({ tags: [] });
    expect(await json(`/v2/${repository}/tags/list?last=b`)).toMatchObject({ tags: ["c"] });
    expect((await call(registry, `/v2/${repository}/tags/list?n=-1`)).status).toBe(400);
  });

  it("says NAME_UNKNOWN for a repository that it does not have", async () => {
    const response = await call(registry, "/v2/acme/absent/tags/list");
    expect([response.status, await errorCode(response)]).toEqual([404, "NAME_UNKNOWN"]);
  });

  it("pages the catalog", async () => {
    const response = await call(registry, "/v2/_catalog?n=1");
    expect(await response.json()).toEqual({ repositories: [repository] });
    expect(response.headers.get("link")).toContain("/v2/_catalog?n=1&last=acme%2Fapp");
    expect(await json("/v2/_catalog?n=1&last=acme/app")).toEqual({ repositories: ["acme/zebra"] });
  });
});

describe("listing referrers", () => {
  it("knows the subject, and lists who refers to it with type and annotations", async () => {
    const subject = manifestBytes(registry, { annotations: { name: "subject" } });
    await putManifest(registry, "subject", subject);
    const descriptor = { mediaType: indexType, digest: digestOf(subject), size: subject.length };
    const signature = manifestBytes(registry, {
      subject: descriptor,
      artifactType: "application/x-signature",
      annotations: { by: "me" },
    });
    const plain = manifestBytes(registry, { subject: descriptor });
    const put = await putManifest(registry, digestOf(signature), signature);
    expect(put.headers.get("oci-subject")).toBe(digestOf(subject));
    await putManifest(registry, digestOf(plain), plain);

    const path = `/v2/${repository}/referrers/${digestOf(subject)}`;
    const all = await call(registry, path);
    expect(all.headers.get("content-type")).toBe(indexType);
    const { manifests } = (await all.json()) as { manifests: Record<string, unknown>[] };
    expect(manifests.map((manifest) => manifest["digest"]).sort()).toEqual(
      [digestOf(signature), digestOf(plain)].sort(),
    );
    const filtered = await call(registry, `${path}?artifactType=application/x-signature`);
    expect(filtered.headers.get("oci-filters-applied")).toBe("artifactType");
    const found = (await filtered.json()) as { manifests: unknown[] };
    expect(found.manifests).toHaveLength(1);
    expect(found.manifests[0]).toMatchObject({
      digest: digestOf(signature),
      size: signature.length,
      artifactType: "application/x-signature",
      annotations: { by: "me" },
    });
    const byConfig = await call(registry, `${path}?artifactType=application/vnd.oci.empty.v1%2Bjson`);
    expect(((await byConfig.json()) as { manifests: unknown[] }).manifests).toHaveLength(1);
  });

  it("gives an empty index for what nobody refers to", async () => {
    const response = await call(registry, `/v2/${repository}/referrers/${digestOf(Buffer.from("nobody"))}`);
    expect([response.status, await response.json()]).toEqual([
      200,
      { schemaVersion: 2, mediaType: indexType, manifests: [] },
    ]);
  });
});
