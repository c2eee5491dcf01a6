import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  blobPath,
  bodyOf,
  call,
  closeUpload,
  errorCode,
  manifestBytes,
  manifestPath,
  openUpload,
  patch,
  putManifest,
  repository,
} from "../client.testing.js";
import { digestOf } from "../digest.js";
import { startTestRegistry, type TestRegistry } from "../test-registry.js";
import type { FaultAction, FaultHit } from "./fault-rule.js";

const content = Buffer.from("0123456789");
const digest = digestOf(content);
let registry: TestRegistry;

beforeEach(async () => {
  registry = await startTestRegistry();
  registry.store.putBlob(repository, content);
});
afterEach(() => registry.close());

const getBlob = (init: RequestInit = {}) => call(registry, blobPath(digest), init);
const fault = (action: FaultAction) => registry.addFault({ method: "GET", path: /\/blobs\/sha256:/, action });

/** What a client gets of a body before the connection breaks. */
async function received(response: Response): Promise<{ readonly text: string; readonly broken: boolean }> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of response.body ?? []) chunks.push(chunk);
  } catch {
    return { text: Buffer.concat(chunks).toString(), broken: true };
  }
  return { text: Buffer.concat(chunks).toString(), broken: false };
}

describe("faults instead of the registry's work", () => {
  it("status with headers and body, and nothing is done", async () => {
    const action = { kind: "status", status: 503, headers: { "Retry-After": "1" }, body: "down" } as const;
    registry.addFault({ method: "PUT", action });
    const response = await putManifest(registry, "v1", manifestBytes(registry));
    expect([response.status, response.headers.get("retry-after"), await response.text()]).toEqual([
      503,
      "1",
      "down",
    ]);
    expect(registry.store.tags(repository)).toEqual([]);
  });

  it.each([
    [() => blobPath(digest), "BLOB_UNKNOWN"],
    [() => manifestPath("v1"), "MANIFEST_UNKNOWN"],
    [() => `/v2/${repository}/blobs/uploads/id`, "BLOB_UPLOAD_UNKNOWN"],
    [() => `/v2/${repository}/tags/list?n=1`, "NAME_UNKNOWN"],
  ])("gone with the code that fits %s", async (path, code) => {
    registry.addFault({ action: { kind: "gone" } });
    const response = await call(registry, path());
    expect([response.status, await errorCode(response)]).toEqual([404, code]);
  });

  it("gone with a code of one's own", async () => {
    fault({ kind: "gone", code: "DENIED" });
    expect(await errorCode(await getBlob())).toBe("DENIED");
  });

  it("redirect, to an address that may depend on the request", async () => {
    fault({ kind: "redirect", location: "https://example.com/", status: 302 });
    fault({ kind: "redirect", location: (hit) => `${hit.path}?again=${hit.count}` });
    const first = await getBlob();
    expect([first.status, first.headers.get("location")]).toEqual([302, "https://example.com/"]);
    registry.clearFaults();
    fault({ kind: "redirect", location: (hit) => `${hit.path}?again=${hit.count}` });
    const second = await getBlob();
    expect([second.status, second.headers.get("location")]).toEqual([307, `${blobPath(digest)}?again=1`]);
  });

  it("reset before the work", async () => {
    registry.addFault({ method: "PUT", action: { kind: "reset" } });
    await expect(putManifest(registry, "v1", manifestBytes(registry))).rejects.toThrow();
    expect(registry.store.tags(repository)).toEqual([]);
    expect(registry.log.at(-1)).toMatchObject({ method: "PUT", status: 0 });
  });
});

describe("faults while bytes go up", () => {
  it("reset after the exact byte, from where the session goes on", async () => {
    registry.addFault({ method: "PATCH", action: { kind: "reset-upload", afterBytes: 7 } });
    const url = await openUpload(registry);
    await expect(patch(registry, url, content)).rejects.toThrow();
    expect(registry.log.at(-1)).toMatchObject({ requestBytes: 7, status: 0 });
    expect((await call(registry, url.href)).headers.get("range")).toBe("0-6");
    expect((await patch(registry, url, content.subarray(7), "7-9")).status).toBe(202);
    expect((await closeUpload(registry, url, digest)).status).toBe(201);
  });

  it("reset while a body comes that the registry refused", async () => {
    registry.addFault({ method: "PUT", action: { kind: "reset-upload", afterBytes: 1 } });
    const url = new URL(`${registry.url}/v2/${repository}/blobs/uploads/unknown`);
    await expect(closeUpload(registry, url, digest, content)).rejects.toThrow();
  });

  it("a lost answer: the work is done, the client does not know", async () => {
    registry.addFault({ method: "PUT", action: { kind: "lost-answer" } });
    const bytes = manifestBytes(registry);
    await expect(putManifest(registry, "v1", bytes)).rejects.toThrow();
    expect(registry.store.resolveTag(repository, "v1")).toBe(digestOf(bytes));
    expect(registry.log.at(-1)).toMatchObject({ status: 0, requestBytes: bytes.length });
  });
});

describe("faults while bytes come down", () => {
  it("reset in the body", async () => {
    fault({ kind: "reset-download", afterBytes: 4 });
    const response = await getBlob();
    expect(response.headers.get("content-length")).toBe("10");
    expect((await received(response)).broken).toBe(true);
    expect(registry.log.at(-1)).toMatchObject({ status: 200, responseBytes: 4 });
  });

  it("reset after the whole answer", async () => {
    fault({ kind: "reset-after" });
    expect(await received(await getBlob())).toEqual({ text: "0123456789", broken: false });
    expect((await getBlob()).status).toBe(200);
  });

  it("truncate: the promised length does not come", async () => {
    fault({ kind: "truncate", bytes: 4 });
    const response = await getBlob();
    expect([response.status, response.headers.get("content-length")]).toEqual([200, "10"]);
    expect(await received(response)).toEqual({ text: "0123", broken: true });
  });

  it("truncate with a length that fits", async () => {
    fault({ kind: "truncate", bytes: 4, length: "adjusted" });
    const response = await getBlob();
    expect(response.headers.get("content-length")).toBe("4");
    expect(await received(response)).toEqual({ text: "0123", broken: false });
  });

  it("corrupt one bit, in the middle or where told", async () => {
    fault({ kind: "corrupt" });
    expect(await (await getBlob()).text()).toBe("0123446789");
    fault({ kind: "corrupt", offset: 0 });
    expect(await (await getBlob()).text()).toBe("1123456789");
    expect(await registry.store.readBlob(repository, digest)).toEqual(content);
  });

  it("extra bytes", async () => {
    fault({ kind: "extra", bytes: 70_000 });
    const body = await bodyOf(await getBlob());
    expect(body.length).toBe(70_010);
    expect(body.subarray(0, 10)).toEqual(content);
  });

  it("replace the body, with a text or by a function of it", async () => {
    fault({ kind: "replace", body: "other" });
    const response = await getBlob();
    expect([response.headers.get("content-length"), await response.text()]).toEqual(["5", "other"]);
    fault({ kind: "replace", body: (original) => original.toString().replaceAll("5", "five") });
    expect(await (await getBlob()).text()).toBe("01234five6789");
  });

  it("headers set and removed", async () => {
    fault({ kind: "headers", set: { "Docker-Content-Digest": "sha256:x" }, remove: ["ETag"] });
    const response = await getBlob();
    expect(response.headers.get("docker-content-digest")).toBe("sha256:x");
    expect(response.headers.get("etag")).toBeNull();
  });

  it("leaves the head of HEAD as it is", async () => {
    registry.addFault({ method: "HEAD", action: { kind: "truncate", bytes: 1, length: "adjusted" } });
    const response = await getBlob({ method: "HEAD" });
    expect(response.headers.get("content-length")).toBe("10");
  });
});

describe("faults of time", () => {
  it("delay before the work", async () => {
    let done = false;
    const markDone = (): void => {
      done = true;
    };
    registry.addFault({ action: { kind: "delay", milliseconds: 30 } });
    registry.addFault({ action: { kind: "run", run: markDone } });
    const before = performance.now();
    expect((await getBlob()).status).toBe(200);
    expect(performance.now() - before).toBeGreaterThan(25);
    expect(done).toBe(true);
  });

  it("stall before the head, until the client gives up", async () => {
    fault({ kind: "stall" });
    await expect(getBlob({ signal: AbortSignal.timeout(50) })).rejects.toThrow();
    expect(registry.log.at(-1)?.status).toBe(0);
  });

  it("stall in the body, then go on", async () => {
    fault({ kind: "stall", afterBytes: 4, milliseconds: 40 });
    const before = performance.now();
    const response = await getBlob();
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe("0123");
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe("456789");
    expect(performance.now() - before).toBeGreaterThan(35);
  });

  it("trickle", async () => {
    fault({ kind: "slow", bytesPerSecond: 200 });
    const before = performance.now();
    expect(await (await getBlob()).text()).toBe("0123456789");
    expect(performance.now() - before).toBeGreaterThan(40);
  });

  it("ends every stall when the registry closes", async () => {
    fault({ kind: "stall", afterBytes: 1 });
    const response = await getBlob();
    await registry.close();
    expect((await received(response)).broken).toBe(true);
  });
});

describe("hooks", () => {
  it("run before the work and may change what it finds", async () => {
    const other = manifestBytes(registry, { annotations: { moved: "yes" } });
    await putManifest(registry, "v1", manifestBytes(registry));
    const hits: FaultHit[] = [];
    registry.addFault({
      method: "PUT",
      path: /\/manifests\/v1$/,
      action: {
        kind: "run",
        run: async (hit) => {
          hits.push(hit);
          registry.store.putManifest(repository, other, { mediaType: "application/json", tag: "v1" });
          await Promise.resolve();
        },
      },
    });
    const put = await putManifest(registry, "v1", manifestBytes(registry), {
      "if-match": `"${digestOf(manifestBytes(registry))}"`,
    });
    expect(put.status).toBe(412);
    expect(hits).toEqual([{ method: "PUT", path: manifestPath("v1"), count: 1 }]);
  });

  it("run between the work and its answer", async () => {
    const tags: (readonly string[])[] = [];
    const run = (): void => void tags.push(registry.store.tags(repository));
    registry.addFault({ method: "PUT", action: { kind: "run", run, when: "after" } });
    await putManifest(registry, "v1", manifestBytes(registry));
    expect(tags).toEqual([["v1"]]);
  });

  it("answer 500 with the reason when they throw", async () => {
    const run = (): void => {
      throw new Error("the hook failed");
    };
    registry.addFault({ action: { kind: "run", run } });
    const response = await getBlob();
    expect([response.status, await response.text()]).toEqual([
      500,
      expect.stringContaining("the hook failed"),
    ]);
  });
});

describe("choosing requests", () => {
  const statuses = async (count: number) => {
    const found: number[] = [];
    for (let index = 0; index < count; index += 1) found.push((await getBlob()).status);
    return found;
  };

  it("once by default, after those to skip, as often as told, or always", async () => {
    const handle = fault({ kind: "status", status: 500 });
    expect(await statuses(2)).toEqual([500, 200]);
    expect(handle.hits).toBe(1);
    const action = { kind: "status", status: 502 } as const;
    registry.addFault({ skip: 1, times: 2, action });
    expect(await statuses(4)).toEqual([200, 502, 502, 200]);
    const always = registry.addFault({ times: 0, action });
    expect(await statuses(3)).toEqual([502, 502, 502]);
    always.remove();
    expect(await statuses(1)).toEqual([200]);
  });

  it("by method, path and listener; a pattern with the flag g matches each time", async () => {
    registry.addFault({ method: ["PUT", "HEAD"], times: 0, action: { kind: "status", status: 500 } });
    registry.addFault({ path: /nowhere/g, times: 0, action: { kind: "status", status: 501 } });
    registry.addFault({ path: /\?marked/g, times: 0, action: { kind: "status", status: 502 } });
    registry.addFault({ listener: "second", times: 0, action: { kind: "status", status: 503 } });
    expect(await statuses(1)).toEqual([200]);
    for (let index = 0; index < 2; index += 1) {
      expect((await call(registry, `${blobPath(digest)}?marked`)).status).toBe(502);
    }
    expect((await getBlob({ method: "HEAD" })).status).toBe(500);
    expect((await call(registry, `${registry.secondUrl}/storage/`)).status).toBe(503);
  });

  it("several faults meet one request", async () => {
    fault({ kind: "corrupt", offset: 9 });
    fault({ kind: "truncate", bytes: 9 });
    fault({ kind: "headers", set: { "x-fault": "yes" } });
    const response = await getBlob();
    expect(response.headers.get("x-fault")).toBe("yes");
    expect((await received(response)).text).toBe("012345678");
  });

  it("from the start, by an option", async () => {
    await using other = await startTestRegistry({ faults: [{ action: { kind: "status", status: 418 } }] });
    expect((await call(other, "/v2/")).status).toBe(418);
    expect((await call(other, "/v2/")).status).toBe(200);
  });
});
