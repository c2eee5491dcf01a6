import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { call, indexType, manifestBytes, putManifest, repository } from "../client.testing.js";
import { digestOf } from "../digest.js";
import { startTestRegistry, type TestRegistry } from "../test-registry.js";

let registry: TestRegistry;
beforeEach(async () => {
  registry = await startTestRegistry();
  for (const tag of ["b", "a", "c"]) await putManifest(registry, tag, manifestBytes(registry));
});
afterEach(() => registry.close());

const list = async (query = "") => {
  const response = await call(registry, `/v2/${repository}/tags/list${query}`);
  const { tags } = (await response.json()) as { tags: string[] };
  return { tags, link: response.headers.get("link") };
};

describe("paging quirks", () => {
  it("cut at n without Link, while last still works", async () => {
    registry.setQuirks({ pageLink: "absent" });
    expect(await list("?n=2")).toEqual({ tags: ["a", "b"], link: null });
    expect(await list("?n=2&last=b")).toEqual({ tags: ["c"], link: null });
  });

  it("n ignored", async () => {
    registry.setQuirks({ pagingIgnored: true });
    expect(await list("?n=1&last=b")).toEqual({ tags: ["a", "b", "c"], link: null });
  });

  it("unsorted, and paged all the same", async () => {
    registry.setQuirks({ listsUnsorted: true });
    expect((await list()).tags).toEqual(["c", "b", "a"]);
    expect((await list("?n=2&last=c")).tags).toEqual(["b", "a"]);
  });

  it("a limit of its own below n", async () => {
    registry.setQuirks({ pageLimit: 2 });
    expect(await list("?n=100")).toEqual({
      tags: ["a", "b"],
      link: `</v2/${repository}/tags/list?n=2&last=b>; rel="next"`,
    });
  });

  it.each([
    ["unquoted", (): string => `</v2/${repository}/tags/list?n=1&last=a>; rel=next`],
    ["absolute", (): string => `<${registry.url}/v2/${repository}/tags/list?n=1&last=a>; rel="next"`],
    ["other-host", (): string => `<${registry.secondUrl}/v2/${repository}/tags/list?n=1&last=a>; rel="next"`],
    ["to-itself", (): string => `</v2/${repository}/tags/list?n=1>; rel="next"`],
  ] as const)("Link %s", async (pageLink, link) => {
    registry.setQuirks({ pageLink });
    expect((await list("?n=1")).link).toBe(link());
  });

  it("endless: each page brings new names and one more Link", async () => {
    registry.setQuirks({ pageLink: "endless" });
    const first = await list("?n=2");
    expect(first.tags).toEqual(["endless-000000000001", "endless-000000000002"]);
    const second = await list(`?n=2&last=${first.tags[1]}`);
    expect(second.tags).toEqual(["endless-000000000003", "endless-000000000004"]);
    expect(second.link).toContain("last=endless-000000000004");
  });
});

describe("other listing quirks", () => {
  it("an unknown repository has no tags", async () => {
    registry.setQuirks({ unknownRepositoryTags: 200 });
    const response = await call(registry, "/v2/acme/absent/tags/list");
    expect([response.status, await response.json()]).toEqual([200, { name: "acme/absent", tags: [] }]);
  });

  it("no catalog", async () => {
    registry.setQuirks({ catalogMissing: true });
    expect((await call(registry, "/v2/_catalog")).status).toBe(404);
  });
});

describe("referrers quirks", () => {
  const subject = { mediaType: indexType, digest: digestOf(Buffer.from("subject")), size: 7 };
  const path = `/v2/${repository}/referrers/${subject.digest}`;
  const attach = (artifactType: string) =>
    putManifest(registry, artifactType.replace("/", "-"), manifestBytes(registry, { subject, artifactType }));

  it.each([
    ["not-found", 404, "application/json"],
    ["not-allowed", 405, "application/json"],
    ["wrong-type", 200, "text/html"],
  ] as const)("%s, and no OCI-Subject", async (referrers, status, type) => {
    registry.setQuirks({ referrers });
    const response = await call(registry, path);
    expect([response.status, response.headers.get("content-type")]).toEqual([status, type]);
    expect((await attach("a/b")).headers.get("oci-subject")).toBeNull();
  });

  it("OCI-Subject without the API, and never", async () => {
    registry.setQuirks({ referrers: "not-found", subjectHeader: "always" });
    expect((await attach("a/b")).headers.get("oci-subject")).toBe(subject.digest);
    registry.setQuirks({ referrers: "served", subjectHeader: "never" });
    expect((await attach("a/b")).headers.get("oci-subject")).toBeNull();
  });

  it("filter not applied, and not claimed", async () => {
    await attach("a/b");
    await attach("c/d");
    registry.setQuirks({ referrersUnfiltered: true });
    const response = await call(registry, `${path}?artifactType=a/b`);
    expect(response.headers.get("oci-filters-applied")).toBeNull();
    expect(((await response.json()) as { manifests: unknown[] }).manifests).toHaveLength(2);
  });

  it("pages with a limit", async () => {
    await attach("a/b");
    await attach("c/d");
    registry.setQuirks({ pageLimit: 1 });
    const response = await call(registry, path);
    expect(((await response.json()) as { manifests: unknown[] }).manifests).toHaveLength(1);
    const next = /<([^>]+)>/.exec(response.headers.get("link") ?? "")?.[1] ?? "";
    const second = await call(registry, next);
    expect(((await second.json()) as { manifests: unknown[] }).manifests).toHaveLength(1);
    expect(second.headers.get("link")).toBeNull();
  });
});
