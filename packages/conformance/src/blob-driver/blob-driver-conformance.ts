import type { TestApi } from "../test-api.js";
import { abortCases } from "./abort-cases.js";
import type { BlobHarness } from "./blob-harness.js";
import { facetCases } from "./facet-cases.js";
import { failureCases } from "./failure-cases.js";
import { rangeCases } from "./range-cases.js";
import { roundTripCases } from "./round-trip-cases.js";
import { writeCases } from "./write-cases.js";

/**
 * What every `BlobDriver` must do, whatever keeps its bytes. `makeHarness` gives an empty storage for each test. Facets are tested when
 * they are there; the optional members of the harness add the failures that only its author can bring about.
 *
 * @example
 * blobDriverConformance({ describe, it }, async () => {
 *   const blobs = new Map();
 *   return { open: async () => memoryDriver({ blobs }), [Symbol.asyncDispose]: async () => {} };
 * });
 */
export function blobDriverConformance(api: TestApi, makeHarness: () => Promise<BlobHarness>): void {
  api.describe("blob driver", () => {
    roundTripCases(api, makeHarness);
    rangeCases(api, makeHarness);
    writeCases(api, makeHarness);
    abortCases(api, makeHarness);
    facetCases(api, makeHarness);
    failureCases(api, makeHarness);
  });
}
