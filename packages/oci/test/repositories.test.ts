import type { BaleError, HttpClient } from "@bale/spec";
import { type Quirks, startTestRegistry, type TestRegistry } from "@bale/test-registry";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { listRepositories } from "../src/registry/list-repositories.js";
import { impatientHttp, repositoryAt } from "./registry-harness.js";
import { sampleBytes } from "./sample-blob.js";

let registry: TestRegistry;
let http: HttpClient;
const names = Array.from({ length: 2345 }, (_, index) => `acme/r${String(index).padStart(5, "0")}`);
beforeAll(async () => {
  registry = await startTestRegistry();
  http = impatientHttp();
  for (const name of names) registry.store.putBlob(name, sampleBytes(1));
});
afterAll(async () => {
  await http[Symbol.asyncDispose]();
  await registry.close();
});
beforeEach(() => {
  registry.resetQuirks();
  registry.clearFaults();
  registry.clearLog();
});

async function list(host: string = registry.host): Promise<readonly string[]> {
  const found: string[] = [];
  const exchange = { registry: host, origin: registry.url, http };
  for await (const name of listRepositories(exchange)) found.push(name);
  return found;
}
async function failure(host?: string): Promise<BaleError> {
  return list(host).then(
    () => Promise.reject(new Error("it did not fail")),
    (error: BaleError) => error,
  );
}

describe("the repositories of a registry", () => {
  it("are listed page by page", async () => {
    const found: string[] = [];
    for await (const name of repositoryAt(registry, http).listRepositories?.() ?? []) found.push(name);
    expect(found).toEqual(names);
    expect(registry.log.map(({ path }) => path)).toEqual([
      "/v2/_catalog?n=1000",
      "/v2/_catalog?n=1000&last=acme%2Fr00999",
      "/v2/_catalog?n=1000&last=acme%2Fr01999",
    ]);
  });

  it.each<[string, Partial<Quirks>]>([
    ["without a Link header", { pageLink: "absent" }],
    ["with another largest page", { pageLimit: 100 }],
    ["in no order", { listsUnsorted: true }],
    ["all on every page", { pagingIgnored: true }],
  ])("are each listed once by a registry that lists them %s", async (_what, quirks) => {
    registry.setQuirks(quirks);
    const found = await list();
    expect([...found].sort()).toEqual(names);
  });

  it("come as they are found, and only as many pages as are wanted", async () => {
    for await (const name of listRepositories({ registry: registry.host, origin: registry.url, http })) {
      expect(name).toBe(names[0]);
      break;
    }
    expect(registry.log).toHaveLength(1);
  });

  it("are asked for at no other host", async () => {
    registry.addFault({
      action: { kind: "headers", set: { link: `<${registry.secondUrl}/v2/_catalog?n=1000>; rel="next"` } },
    });
    expect(await failure()).toMatchObject({ code: "CROSS_ORIGIN" });
    expect(registry.log.every(({ listener }) => listener === "registry")).toBe(true);
  });

  it("that could be no repository's name are left out", async () => {
    const body = JSON.stringify({ repositories: ["ok", "../x", "A/b", 5, "a b", "\u001b[1m", "ok", "x/y"] });
    registry.setQuirks({ pageLink: "absent" });
    registry.addFault({ action: { kind: "replace", body } });
    expect(await list()).toEqual(["ok", "x/y"]);
  });

  it("end where a page leads to itself", async () => {
    registry.addFault({
      times: 0,
      action: { kind: "headers", set: { link: '</v2/_catalog?n=1000>; rel="next"' } },
    });
    expect(await list()).toHaveLength(1000);
  });
});

describe("a registry without a list", () => {
  it.each([404, 405, 501])("is told by %d", async (status) => {
    registry.addFault({ action: { kind: "status", status } });
    const error = await failure();
    expect(error).toMatchObject({ code: "CAPABILITY_MISSING", kind: "unsupported" });
    expect(error.message).toContain(registry.host);
    expect(error.fix).toContain(`bale tags ${registry.host}/NAME`);
  });

  it.each([
    ["ghcr.io", 401, "gh api"],
    ["ghcr.io", 403, "gh api"],
    ["docker.io", 401, "hub.docker.com"],
    ["123456789012.dkr.ecr.eu-west-1.amazonaws.com", 405, "aws ecr describe-repositories"],
    ["europe-docker.pkg.dev", 404, "gcloud"],
  ])("that is %s answers %d, and its own program is named", async (host, status, instead) => {
    registry.addFault({ action: { kind: "status", status } });
    const error = await failure(host);
    expect(error).toMatchObject({ code: "CAPABILITY_MISSING" });
    expect(error.message).toContain(host);
    expect(error.fix).toContain(instead);
  });

  it.each([
    [401, "AUTH_FAILED"],
    [403, "DENIED"],
    [500, "SERVER"],
  ])("is not meant by %d elsewhere", async (status, code) => {
    registry.addFault({ times: 0, action: { kind: "status", status } });
    expect(await failure()).toMatchObject({ code });
    registry.clearFaults();
    // Amazon lists them to those who are signed in.
    registry.addFault({ times: 0, action: { kind: "status", status } });
    expect(await failure("123456789012.dkr.ecr.eu-west-1.amazonaws.com")).toMatchObject({ code });
  });

  it("is not meant by a page that is missing in the middle", async () => {
    registry.addFault({ skip: 1, action: { kind: "status", status: 404 } });
    expect(await failure()).toMatchObject({ code: "NOT_FOUND" });
  });
});
