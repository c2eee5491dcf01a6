import { Agent, get } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { blobPath, call, errorCode, manifestBytes, putManifest, repository } from "../client.testing.js";
import { digestOf } from "../digest.js";
import { startTestRegistry, type TestRegistry } from "../test-registry.js";
import { noQuirks } from "./quirks.js";
import { registryProfiles } from "./registry-profiles.js";

let registry: TestRegistry;
beforeEach(async () => {
  registry = await startTestRegistry();
});
afterEach(() => registry.close());

const ping = () => call(registry, "/v2/");

describe("rate limit", () => {
  it("passes some requests, refuses some, passes the rest", async () => {
    registry.setQuirks({ rateLimit: { allowed: 1, refused: 2, retryAfter: 7 } });
    const statuses: number[] = [];
    for (let index = 0; index < 4; index += 1) statuses.push((await ping()).status);
    expect(statuses).toEqual([200, 429, 429, 200]);
    registry.setQuirks({ rateLimit: { refused: 1 } });
    expect((await ping()).status).toBe(429);
  });

  it.each([
    [7, "7"],
    [new Date(0), "Thu, 01 Jan 1970 00:00:00 GMT"],
    ["99999999999999", "99999999999999"],
    [undefined, null],
  ])("sends Retry-After for %s", async (retryAfter, header) => {
    registry.setQuirks({ rateLimit: retryAfter === undefined ? {} : { retryAfter } });
    const response = await ping();
    expect(response.headers.get("retry-after")).toBe(header);
    expect(await errorCode(response)).toBe("TOOMANYREQUESTS");
  });

  it("answers in plain text", async () => {
    registry.setQuirks({ rateLimit: { plainText: true } });
    expect(await (await ping()).text()).toBe("too many requests");
  });
});

describe("other service quirks", () => {
  it("sends a warning", async () => {
    registry.setQuirks({ warning: "moving soon" });
    expect((await ping()).headers.get("warning")).toBe('299 - "moving soon"');
  });

  it("wants the repository to exist", async () => {
    registry.setQuirks({ unknownRepositoryPush: "not-found" });
    const start = () => call(registry, `/v2/${repository}/blobs/uploads/`, { method: "POST" });
    expect(await errorCode(await start())).toBe("NAME_UNKNOWN");
    registry.setQuirks({ unknownRepositoryPush: "connection-cut" });
    await expect(start()).rejects.toThrow();
    registry.store.createRepository(repository);
    expect((await start()).status).toBe(202);
  });

  it("takes no writes", async () => {
    const bytes = manifestBytes(registry);
    registry.setQuirks({ readOnly: true });
    expect((await putManifest(registry, "v1", bytes)).status).toBe(405);
    const blob = registry.store.putBlob(repository, Buffer.from("there"));
    expect((await call(registry, blobPath(blob), { method: "DELETE" })).status).toBe(405);
    expect((await call(registry, blobPath(blob))).status).toBe(200);
  });

  it("closes a connection after some requests", async () => {
    registry.setQuirks({ requestsPerConnection: 2 });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const connections: (string | undefined)[] = [];
    for (let index = 0; index < 3; index += 1) {
      connections.push(
        await new Promise((resolve, reject) => {
          get(`${registry.url}/v2/`, { agent }, (answer) => {
            answer.resume().on("end", () => resolve(answer.headers.connection));
          }).on("error", reject);
        }),
      );
    }
    agent.destroy();
    expect(connections).toEqual(["keep-alive", "close", "keep-alive"]);
  });
});

describe("profiles", () => {
  it.each(Object.keys(registryProfiles))("%s names known quirks and takes a push", async (name) => {
    const profile = registryProfiles[name as keyof typeof registryProfiles];
    expect(Object.keys(noQuirks)).toEqual(expect.arrayContaining(Object.keys(profile)));
    registry.setQuirks(profile);
    registry.store.createRepository(repository);
    const blob = Buffer.from("content");
    const opened = await call(registry, `/v2/${repository}/blobs/uploads/`, { method: "POST" });
    const closing = new URL(opened.headers.get("location") ?? "", registry.url);
    closing.searchParams.set("digest", digestOf(blob));
    expect((await call(registry, closing.href, { method: "PUT", body: blob })).status).toBe(201);
    const config = { mediaType: "application/vnd.oci.image.config.v1+json", digest: digestOf(blob), size: 7 };
    expect((await putManifest(registry, "v1", manifestBytes(registry, { config }))).status).toBe(201);
  });
});
