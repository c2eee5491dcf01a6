import { randomBytes } from "node:crypto";
import { createHttpClient } from "@bale/http";
import { type BlobDriver, digestHex } from "@bale/spec";
import { type BlobStore, bytesSource, createBlobStore, nodeHasher } from "@bale/storage";
import { serviceOrSkip, startObjectStore } from "@bale/tooling-services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { S3Config } from "../src/config.js";
import { openS3 } from "../src/driver.js";
import type { StorageS3Options } from "../src/options.js";
import { configOf } from "../src/store.testing.js";

type Server = Awaited<ReturnType<typeof startObjectStore>>;
const MIB = 1024 * 1024;

interface Place {
  readonly server: () => Server;
  readonly open: (
    config?: Partial<S3Config>,
    options?: StorageS3Options & { readonly secret?: string },
  ) => BlobDriver;
  readonly store: (driver: BlobDriver) => BlobStore;
}
function place(kind: Parameters<typeof startObjectStore>[0]): Place {
  let server: Server;
  const http = createHttpClient();
  beforeAll(async () => {
    server = await startObjectStore(kind);
    await server.createBucket("acme-bales");
  });
  afterAll(async () => {
    await http[Symbol.asyncDispose]();
    await server.stop();
  });
  return {
    server: () => server,
    open: (config = {}, { secret, ...options } = {}) =>
      openS3(
        configOf({ endpoint: server.endpoint, region: server.region, ...config }),
        {
          http,
          env: {
            AWS_ACCESS_KEY_ID: server.accessKeyId,
            AWS_SECRET_ACCESS_KEY: secret ?? server.secretAccessKey,
          },
          log: () => {},
        },
        { tries: 2, sleep: async () => {}, ...options },
      ).driver,
    store: (driver) =>
      createBlobStore(driver, { hasher: nodeHasher, name: "big", retry: { sleep: async () => {} } }),
  };
}
function blobOf(size: number) {
  const bytes = randomBytes(size);
  return { bytes, size, digest: nodeHasher.digest(bytes) };
}
async function readAll(store: BlobStore, blob: ReturnType<typeof blobOf>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of store.get(blob)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
const partsIn = (server: Server, hex: string): string[] =>
  server.accessLog().flatMap(({ method, path, query, status }) => {
    const part = /partNumber=(\d+)/.exec(query ?? "")?.[1];
    return method === "PUT" && part !== undefined && path.includes(hex) && status === 200 ? [part] : [];
  });

for (const kind of ["versitygw", "moto", "minio"] as const)
  describe.skipIf(!serviceOrSkip(kind))(kind, () => {
    const { server, open, store } = place(kind);

    // moto keeps no checksums.
    for (const checksums of kind === "moto" ? [false] : [false, true])
      it(`takes a blob in parts, and goes on where one was left, with checksums: ${checksums}`, async () => {
        const blob = blobOf(17 * MIB);
        const config = { checksums };
        const stop = new AbortController();
        const options = { digest: blob.digest, signal: stop.signal };
        const first = open(config, { partsAtOnce: 1 });
        const writing = first.write(first.locate(blob.digest), bytesSource(blob.bytes), {
          ...options,
          onBytes: (sent) => {
            if (sent > 11 * MIB) stop.abort();
          },
        });
        await expect(writing).rejects.toMatchObject({ code: "INTERRUPTED" });
        const arrived = partsIn(server(), digestHex(blob.digest));
        expect(arrived).toEqual(["1", "2"]);
        const next = open(config);
        expect(await next.stat(next.locate(blob.digest))).toBeUndefined();

        const blobs = store(next);
        expect(await blobs.put(blob, bytesSource(blob.bytes))).toBe("created");
        expect(partsIn(server(), digestHex(blob.digest)).sort()).toEqual(["1", "2", "3", "4"]);
        expect((await readAll(blobs, blob)).equals(blob.bytes)).toBe(true);
        expect(await blobs.put(blob, bytesSource(blob.bytes))).toBe("existed");
      });

    // MinIO lists the uploads of one whole key only.
    it.skipIf(kind === "minio")("lets unfinished uploads be dropped", async () => {
      const blob = blobOf(11 * MIB);
      const driver = open({}, { partsAtOnce: 1 });
      const source = {
        size: blob.size,
        open: async function* () {
          yield blob.bytes.subarray(0, 6 * MIB);
          throw new Error("on purpose");
        },
      };
      await expect(driver.write(driver.locate(blob.digest), source, { digest: blob.digest })).rejects.toThrow(
        "on purpose",
      );
      const list = async (): Promise<number> => {
        let count = 0;
        for await (const upload of driver.uploads?.list() ?? []) {
          count++;
          await driver.uploads?.abort(upload);
        }
        return count;
      };
      expect([await list(), await list()]).toEqual([1, 0]);
      expect(await driver.stat(driver.locate(blob.digest))).toBeUndefined();
    });

    it("survives a lost answer to a write and to a completion", async () => {
      server().setRules([
        { fault: "lostanswer", method: "PUT", target: /x-id=PutObject/ },
        { fault: "lostanswer", method: "POST", target: /uploadId=/ },
      ]);
      const blobs = store(open());
      for (const blob of [blobOf(1000), blobOf(11 * MIB)]) {
        await blobs.put(blob, bytesSource(blob.bytes));
        expect(await blobs.has(blob)).toBe(true);
      }
      server().setRules([]);
    });

    it("leads to an error with a word of its own where the bucket is not there", async () => {
      const blob = blobOf(1000);
      const blobs = store(open({ bucket: "nobody-made-this" }));
      await expect(blobs.put(blob, bytesSource(blob.bytes))).rejects.toMatchObject({
        code: "EXTERNAL_MISSING",
        why: "there is no bucket nobody-made-this",
      });
    });

    it.skipIf(kind === "moto")("refuses a wrong key, and the refusal says so", async () => {
      const blob = blobOf(1000);
      const wrong = store(open({}, { secret: "not-the-secret" }));
      const refused = { code: "STORE_DENIED", why: expect.stringContaining("SignatureDoesNotMatch") };
      await expect(wrong.put(blob, bytesSource(blob.bytes))).rejects.toMatchObject(refused);
      await expect(readAll(wrong, blob)).rejects.toMatchObject(refused);
      await expect(wrong.has(blob)).rejects.toMatchObject(refused);
    });

    it("is asked for nothing with a credential of a registry", async () => {
      expect(
        new Set(
          server()
            .accessLog()
            .map(({ authScheme }) => authScheme),
        ),
      ).toEqual(new Set(["AWS4-HMAC-SHA256"]));
    });
  });

describe.skipIf(!serviceOrSkip("s3rver"))("s3rver, which knows no conditions and no resumption", () => {
  const { server, open, store } = place("s3rver");

  it("gets small blobs and large ones as they are, since nothing is framed", async () => {
    const blobs = store(open());
    for (const blob of [blobOf(70_000), blobOf(11 * MIB)]) {
      expect(await blobs.put(blob, bytesSource(blob.bytes))).toBe("created");
      expect((await readAll(blobs, blob)).equals(blob.bytes)).toBe(true);
    }
  });

  it("with bytes lost on the way is found out, and what it kept is removed", async () => {
    const blob = blobOf(70_000);
    const driver = open();
    // The gateway itself takes a shorter object behind the driver's back, as one that mangles uploads would.
    const path = `/acme-bales/${driver.locate(blob.digest).replace("s3://acme-bales/", "")}`;
    const mangling: BlobDriver = {
      ...driver,
      write: async (...call) => {
        const outcome = await driver.write(...call);
        await server().request("PUT", path, { body: blob.bytes.subarray(46) });
        return outcome;
      },
    };
    await expect(store(mangling).put(blob, bytesSource(blob.bytes))).rejects.toMatchObject({
      code: "STORE_CORRUPT",
    });
    expect(await driver.stat(driver.locate(blob.digest))).toBeUndefined();
  });
});
