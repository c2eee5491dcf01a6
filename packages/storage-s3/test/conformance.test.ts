import { type BlobHarness, blobDriverConformance } from "@bale/conformance";
import { createHttpClient } from "@bale/http";
import { readOnlyLayer } from "@bale/storage";
import { serviceOrSkip, startObjectStore } from "@bale/tooling-services";
import { afterAll, beforeAll, describe, it } from "vitest";
import { openS3 } from "../src/driver.js";
import { fakeS3 } from "../src/fake-s3.testing.js";
import { configOf, driverOn } from "../src/store.testing.js";

describe("a bucket in memory", () => {
  blobDriverConformance({ describe, it }, async () => {
    const fake = fakeS3({ pageSize: 10 });
    return {
      open: async () => driverOn(fake, { partSize: 64_000 }),
      openReadOnly: async () => readOnlyLayer()(driverOn(fake, { partSize: 64_000 })),
      [Symbol.asyncDispose]: async () => {},
    };
  });
});

for (const kind of ["versitygw", "moto"] as const)
  describe.skipIf(!serviceOrSkip(kind))(kind, () => {
    let server: Awaited<ReturnType<typeof startObjectStore>>;
    const http = createHttpClient();
    let stores = 0;
    beforeAll(async () => {
      server = await startObjectStore(kind);
      await server.createBucket("acme-bales");
    });
    afterAll(async () => {
      await http[Symbol.asyncDispose]();
      await server.stop();
    });

    async function harness(): Promise<BlobHarness> {
      const prefix = `store-${++stores}`;
      const open = async (bucket: string) =>
        openS3(configOf({ bucket, prefix, endpoint: server.directEndpoint, region: server.region }), {
          http,
          env: { AWS_ACCESS_KEY_ID: server.accessKeyId, AWS_SECRET_ACCESS_KEY: server.secretAccessKey },
          log: () => {},
        }).driver;
      return {
        open: () => open("acme-bales"),
        openMissing: () => open("nobody-made-this"),
        openReadOnly: async () => readOnlyLayer()(await open("acme-bales")),
        [Symbol.asyncDispose]: async () => {},
      };
    }
    blobDriverConformance({ describe, it }, harness);
  });
