import assert from "node:assert/strict";
import { BaleError } from "@bale/spec";
import type { TestApi } from "../test-api.js";
import { type RemoteHarness, withRepository } from "./remote-harness.js";
import {
  describeRaw,
  digestOf,
  prepareManifest,
  putSample,
  rawManifest,
  textBytes,
} from "./sample-manifest.js";

/** Manifests are their bytes, and are found by their digest. */
export function manifestCases({ describe, it }: TestApi, makeHarness: () => Promise<RemoteHarness>): void {
  describe("manifests", () => {
    it(
      "come back byte for byte, odd white space included",
      withRepository(makeHarness, async (repository, harness) => {
        const sample = await prepareManifest(repository, "white space", { indent: 3 });
        const odd = rawManifest(`\n\t${new TextDecoder().decode(sample.bytes)}  \n`);
        assert.deepEqual(await repository.putManifest(odd).then(({ digest, size }) => ({ digest, size })), {
          digest: odd.digest,
          size: odd.bytes.length,
        });
        await using other = await harness.open();
        const found = await other.getManifest(odd.digest);
        assert.deepEqual(Buffer.from(found.bytes), Buffer.from(odd.bytes));
        assert.equal(found.digest, odd.digest);
        assert.equal(found.mediaType, odd.mediaType);
      }),
    );

    it(
      "may be put twice",
      withRepository(makeHarness, async (repository) => {
        const manifest = await putSample(repository, "twice");
        assert.equal((await repository.putManifest(manifest)).digest, manifest.digest);
      }),
    );

    it(
      "are NOT_FOUND when they are not there",
      withRepository(makeHarness, async (repository) => {
        const absent = digestOf(textBytes("nobody stored this"));
        await assert.rejects(repository.getManifest(absent), (error) => BaleError.is(error, "NOT_FOUND"));
        await putSample(repository, "another");
        await assert.rejects(repository.getManifest(absent), (error) => BaleError.is(error, "NOT_FOUND"));
      }),
    );

    it(
      "are refused under a digest that is not theirs",
      withRepository(makeHarness, async (repository) => {
        const manifest = await prepareManifest(repository, "honest");
        const wrong = digestOf(textBytes("something else"));
        await assert.rejects(repository.putManifest({ ...manifest, digest: wrong }), (error) =>
          BaleError.is(error, "DIGEST_MISMATCH"),
        );
        await assert.rejects(repository.getManifest(wrong), (error) => BaleError.is(error, "NOT_FOUND"));
      }),
    );

    it(
      "move no tag when they are put",
      withRepository(makeHarness, async (repository) => {
        const first = await putSample(repository, "first");
        await putSample(repository, "second", { subject: describeRaw(first) });
        const tags: string[] = [];
        for await (const tag of repository.listTags()) tags.push(tag);
        assert.deepEqual(tags, []);
      }),
    );
  });
}
