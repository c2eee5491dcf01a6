import assert from "node:assert/strict";
import type { TestApi } from "../test-api.js";
import { blobCases } from "./blob-cases.js";
import { manifestCases } from "./manifest-cases.js";
import { referrerCases } from "./referrer-cases.js";
import { type RemoteHarness, withRepository } from "./remote-harness.js";
import { tagCases } from "./tag-cases.js";

/**
 * What every `RemoteRepository` must do, whatever is behind it. `makeHarness` gives an untouched repository for each test.
 *
 * @example
 * describe("my remote", () => remoteRepositoryConformance({ describe, it }, makeHarness));
 */
export function remoteRepositoryConformance(api: TestApi, makeHarness: () => Promise<RemoteHarness>): void {
  api.describe("remote repository", () => {
    api.it(
      "answers a ping, and names itself and its limits",
      withRepository(makeHarness, async (repository) => {
        const { reachable, authenticated } = await repository.ping();
        assert.deepEqual([reachable, authenticated], [true, true]);
        assert.notEqual(repository.registry, "");
        assert.notEqual(repository.repository, "");
        assert.ok(repository.limits.manifestBytes > 0);
        assert.ok(repository.limits.manifestLayers > 0);
      }),
    );
    manifestCases(api, makeHarness);
    tagCases(api, makeHarness);
    referrerCases(api, makeHarness);
    blobCases(api, makeHarness);
  });
}
