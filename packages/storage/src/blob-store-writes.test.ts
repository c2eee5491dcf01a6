import { BaleError, type ErrorCode, type ErrorKind } from "@bale/spec";
import { describe, expect, it } from "vitest";
import type { BlobStore } from "./blob-store.js";
import { blob, bytes, setup } from "./blob-store.testing.js";
import { bytesSource } from "./bytes-source.js";
import { changingSource, codeOf, collect, errorOf, plant, randomBytes } from "./storage.testing.js";

describe("BlobStore.put", () => {
  it("does not send what is there", async () => {
    const { store } = setup();
    await store.put(blob, bytesSource(bytes));
    expect(await store.put(blob, bytesSource(bytes))).toBe("existed");
  });

  it("publishes nothing when the source changed, where the backend does not check", async () => {
    const { store, blobs } = setup();
    expect(await codeOf(store.put(blob, bytesSource(randomBytes(1000, 2))))).toBe("FILE_CHANGED");
    expect(await codeOf(store.put(blob, bytesSource(randomBytes(999))))).toBe("FILE_CHANGED");
    expect(await codeOf(store.put(blob, { ...bytesSource(randomBytes(1001)), size: 1000 }))).toBe(
      "FILE_CHANGED",
    );
    expect(await codeOf(store.put(blob, { ...bytesSource(randomBytes(999)), size: 1000 }))).toBe(
      "FILE_CHANGED",
    );
    expect(blobs.size).toBe(0);
  });

  it("leaves the check to a backend that has one", async () => {
    const { store, blobs } = setup(undefined, { verifiesDigest: true });
    expect(await codeOf(store.put(blob, bytesSource(randomBytes(1000, 2))))).toBe("DIGEST_MISMATCH");
    expect(blobs.size).toBe(0);
    expect(await store.put(blob, bytesSource(bytes))).toBe("created");
  });

  it("reports what the source said, however the driver wraps it", async () => {
    const { store } = setup((inner) => ({
      write: async (...call) => {
        try {
          return await inner.write(...call);
        } catch {
          throw new Error("request body failed");
        }
      },
    }));
    expect(await codeOf(store.put(blob, bytesSource(randomBytes(1000, 2))))).toBe("FILE_CHANGED");
  });

  it("checks after the fact what a driver did not read in this run, and removes it when it is wrong", async () => {
    const { store, driver, blobs } = setup((inner) => ({
      write: async (locator, source, { signal }) => {
        // Takes up an upload whose first half came earlier.
        const rest = await collect(source.open({ signal, range: { start: 500 } }));
        blobs.set(locator, Buffer.concat([bytes.subarray(0, 500), rest]));
        return inner.verifiesDigest ? "existed" : "created";
      },
    }));
    expect(await store.put(blob, bytesSource(bytes))).toBe("created");
    blobs.clear();
    expect(await codeOf(store.put(blob, changingSource(bytes, randomBytes(1000, 2))))).toBe("FILE_CHANGED");
    expect(blobs.has(driver.locate(blob.digest))).toBe(false);
  });

  it("refuses a key that holds something of another size, and leaves it alone", async () => {
    const { store, driver, blobs } = setup();
    plant(blobs, driver, blob, randomBytes(10));
    expect(await codeOf(store.put(blob, bytesSource(bytes)))).toBe("STORE_CONFLICT");
    expect(blobs.get(driver.locate(blob.digest))).toHaveLength(10);
  });

  it("notices a store that keeps other bytes than it was sent, and removes them", async () => {
    const { store, blobs } = setup((inner) => ({
      write: async (locator, source, options) => {
        const outcome = await inner.write(locator, source, options);
        blobs.set(locator, randomBytes(1050));
        return outcome;
      },
    }));
    const error = await errorOf(store.put(blob, bytesSource(bytes)));
    expect([error.code, error.why]).toEqual(["STORE_CORRUPT", "it holds 1050 bytes, 1000 were sent"]);
    expect(blobs.size).toBe(0);
  });

  it("reports progress", async () => {
    const { store } = setup();
    const seen: number[] = [];
    await store.put(blob, bytesSource(bytes), { onBytes: (sent) => seen.push(sent) });
    expect(seen.at(-1)).toBe(1000);
  });
});

describe("BlobStore errors", () => {
  const failing = (kind: ErrorKind, name?: string, cause: unknown = new Error("backend")): BlobStore => {
    const fail = async (): Promise<never> => {
      throw cause;
    };
    const options = name === undefined ? {} : { name };
    return setup(
      () => ({ stat: fail, write: fail, classify: () => ({ kind, retry: { kind: "never" } }) }),
      {},
      options,
    ).store;
  };

  it.each<[ErrorKind, ErrorCode, ErrorCode]>([
    ["not-found", "BLOB_MISSING", "EXTERNAL_MISSING"],
    ["permission-denied", "DENIED", "STORE_DENIED"],
    ["unauthenticated", "AUTH_FAILED", "STORE_DENIED"],
    ["rate-limited", "RATE_LIMITED", "STORE_BUSY"],
    ["unavailable", "SERVER", "STORE_BUSY"],
    ["timeout", "TIMEOUT", "TIMEOUT"],
    ["precondition-failed", "STORE_CONFLICT", "STORE_CONFLICT"],
    ["unsupported", "CAPABILITY_MISSING", "CAPABILITY_MISSING"],
    ["resource-exhausted", "IO", "IO"],
    ["cancelled", "INTERRUPTED", "INTERRUPTED"],
  ])("names %s by store: %s, %s", async (kind, own, external) => {
    expect(await codeOf(failing(kind).has(blob))).toBe(own);
    const error = await errorOf(failing(kind, "cold").put(blob, bytesSource(bytes)));
    expect(error.code).toBe(external);
    expect(error.context).toMatchObject({ store: "cold", digest: blob.digest });
    expect(error.message).toContain("store cold");
  });

  it("prefers what the operating system said", async () => {
    const full = Object.assign(new Error("write"), { code: "ENOSPC" });
    expect(await codeOf(failing("resource-exhausted", "disk", full).put(blob, bytesSource(bytes)))).toBe(
      "NO_SPACE",
    );
  });

  it("renames a client's general codes and keeps its telling ones", async () => {
    const client = (code: ErrorCode): BaleError => new BaleError({ code, message: "from the client" });
    expect(await codeOf(failing("internal", undefined, client("NOT_FOUND")).has(blob))).toBe("BLOB_MISSING");
    expect(await codeOf(failing("internal", "cold", client("DENIED")).has(blob))).toBe("STORE_DENIED");
    expect(await codeOf(failing("internal", "cold", client("SERVER")).has(blob))).toBe("STORE_BUSY");
    expect(await codeOf(failing("internal", "cold", client("TLS")).has(blob))).toBe("TLS");
    expect(await codeOf(failing("internal", undefined, client("DENIED")).has(blob))).toBe("DENIED");
  });

  it("blames a driver that cannot say what happened", async () => {
    const { store } = setup(() => ({
      stat: async () => {
        throw new Error("?");
      },
      classify: () => undefined,
    }));
    expect(await codeOf(store.has(blob))).toBe("PLUGIN_FAILED");
  });

  it("shows no user part and no query of a URL", async () => {
    const cause = new Error("GET https://me:pass@s3.example/b?X-Amz-Signature=abc failed\r\n\u001b[31m");
    const error = await errorOf(failing("unavailable", "cold", cause).has(blob));
    expect(error.why).toBe("GET https://s3.example/b failed [31m");
  });
});

describe("BlobStore.tryMount", () => {
  it("says whether the backend took it over; a failure means upload", async () => {
    expect(await setup().store.tryMount(blob, "acme/other")).toBe(false);
    const answers = ["mounted", "declined"] as const;
    for (const answer of answers) {
      const { store } = setup(() => ({ mounting: { mount: async () => answer } }));
      expect(await store.tryMount(blob, "acme/other")).toBe(answer === "mounted");
    }
    const { store } = setup(() => ({
      mounting: {
        mount: async () => {
          throw new Error("405");
        },
      },
    }));
    expect(await store.tryMount(blob, "acme/other")).toBe(false);
  });
});
