import { type BlobHarness, blobDriverConformance } from "@bale/conformance";
import { readOnlyLayer } from "@bale/storage";
import { cloud } from "@bale/tooling-cloud";
import { describe, it } from "vitest";
import type { GcsDriverOptions } from "../src/driver.js";
import { fakeGcs } from "../src/fake-gcs.testing.js";
import { driverOf, STORE } from "../src/store.testing.js";

function harnessWith(options: GcsDriverOptions): () => Promise<BlobHarness> {
  return async () => {
    const { reply } = fakeGcs();
    const google = await cloud(reply);
    const open = async (input: unknown = STORE) => driverOf(google.http, {}, options, input);
    return {
      open: () => open(),
      openMissing: async () => open({ ...STORE, bucket: "nowhere" }),
      openReadOnly: async () => readOnlyLayer()(await open()),
      [Symbol.asyncDispose]: () => google[Symbol.asyncDispose](),
    };
  };
}

describe("the protocol of Cloud Storage, one request for each blob", () => {
  blobDriverConformance({ describe, it }, harnessWith({}));
});
describe("the protocol of Cloud Storage, in sessions", () => {
  blobDriverConformance({ describe, it }, harnessWith({ wholeBytes: 1000, segmentBytes: 70_000 }));
});
