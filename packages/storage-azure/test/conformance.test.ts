import { type BlobHarness, blobDriverConformance } from "@bale/conformance";
import { readOnlyLayer } from "@bale/storage";
import { cloud } from "@bale/tooling-cloud";
import { describe, it } from "vitest";
import type { AzureDriverOptions } from "../src/driver.js";
import { fakeAzure } from "../src/fake-azure.testing.js";
import { driverOf, STORE } from "../src/store.testing.js";

function harnessWith(options: AzureDriverOptions): () => Promise<BlobHarness> {
  return async () => {
    const { reply } = fakeAzure();
    const azure = await cloud(reply);
    const open = async (input: unknown = STORE) => driverOf(azure.http, {}, options, input);
    return {
      open: () => open(),
      openMissing: () => open({ ...STORE, container: "nowhere" }),
      openReadOnly: async () => readOnlyLayer()(await open()),
      [Symbol.asyncDispose]: () => azure[Symbol.asyncDispose](),
    };
  };
}

describe("the protocol of Azure, one request for each blob", () => {
  blobDriverConformance({ describe, it }, harnessWith({}));
});
describe("the protocol of Azure, in blocks", () => {
  blobDriverConformance(
    { describe, it },
    harnessWith({ wholeBytes: 1000, blockBytes: 30_000, segmentBytes: 70_000 }),
  );
});
