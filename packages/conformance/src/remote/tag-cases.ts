import assert from "node:assert/strict";
import { BaleError, parseTag, type RemoteRepository, type Tag } from "@bale/spec";
import type { TestApi } from "../test-api.js";
import { type RemoteHarness, withRepository } from "./remote-harness.js";
import { describeRaw, digestOf, putSample, textBytes } from "./sample-manifest.js";

const TAG = parseTag("v1.0.0");

async function tagsOf(repository: RemoteRepository, after?: Tag): Promise<readonly string[]> {
  const tags: string[] = [];
  for await (const tag of repository.listTags({ after })) tags.push(tag);
  return tags.sort();
}

/** Tags are the one thing that changes, and they change only from where the caller saw them. */
export function tagCases({ describe, it }: TestApi, makeHarness: () => Promise<RemoteHarness>): void {
  describe("tags", () => {
    it(
      "that are absent resolve to undefined, in an unknown repository too",
      withRepository(makeHarness, async (repository) => {
        assert.equal(await repository.resolve(TAG), undefined);
        assert.deepEqual(await tagsOf(repository), []);
        await putSample(repository, "untagged");
        assert.equal(await repository.resolve(TAG), undefined);
      }),
    );

    it(
      "resolve to the manifest that they were moved to",
      withRepository(makeHarness, async (repository, harness) => {
        const manifest = await putSample(repository, "one");
        const update = await repository.moveTag(TAG, manifest, { expect: "absent" });
        assert.equal(update.outcome, "moved");
        assert.equal(update.outcome === "moved" && update.previous, undefined);
        await using other = await harness.open();
        const { digestFrom, ...found } = (await other.resolve(TAG)) ?? assert.fail("the tag is not there");
        assert.deepEqual({ ...found }, describeRaw(manifest));
        assert.ok(digestFrom === "registry" || digestFrom === "computed");
      }),
    );

    it(
      "stay unchanged when they are there already",
      withRepository(makeHarness, async (repository) => {
        const manifest = await putSample(repository, "one");
        await repository.moveTag(TAG, manifest, { expect: "absent" });
        const again = await repository.moveTag(TAG, manifest, { expect: manifest.digest });
        assert.equal(again.outcome, "unchanged");
        assert.equal((await repository.resolve(TAG))?.digest, manifest.digest);
      }),
    );

    it(
      "move from the digest that the caller saw, and tell it",
      withRepository(makeHarness, async (repository) => {
        const first = await putSample(repository, "first");
        const second = await putSample(repository, "second");
        await repository.moveTag(TAG, first, { expect: "absent" });
        const update = await repository.moveTag(TAG, second, { expect: first.digest });
        assert.equal(update.outcome, "moved");
        assert.equal(update.outcome === "moved" && update.previous, first.digest);
        assert.equal((await repository.resolve(TAG))?.digest, second.digest);
        assert.equal((await repository.getManifest(first.digest)).digest, first.digest);
      }),
    );

    it(
      "are not moved from anywhere else",
      withRepository(makeHarness, async (repository) => {
        const first = await putSample(repository, "first");
        const second = await putSample(repository, "second");
        await repository.moveTag(TAG, first, { expect: "absent" });
        for (const expect of ["absent", second.digest, digestOf(textBytes("never seen"))] as const) {
          const update = await repository.moveTag(TAG, second, { expect });
          assert.deepEqual(update, { outcome: "rejected", actual: first.digest });
          assert.equal((await repository.resolve(TAG))?.digest, first.digest);
        }
        const other = parseTag("other");
        assert.deepEqual(await repository.moveTag(other, second, { expect: first.digest }), {
          outcome: "rejected",
          actual: undefined,
        });
        assert.equal(await repository.resolve(other), undefined);
      }),
    );

    it(
      "move from anywhere on request",
      withRepository(makeHarness, async (repository) => {
        const first = await putSample(repository, "first");
        const second = await putSample(repository, "second");
        assert.equal((await repository.moveTag(TAG, first, { expect: "anything" })).outcome, "moved");
        assert.equal((await repository.moveTag(TAG, second, { expect: "anything" })).outcome, "moved");
        assert.equal((await repository.resolve(TAG))?.digest, second.digest);
      }),
    );

    it(
      "of two writers at once end at one of the two, and a guarantee of atomic lets only one win",
      withRepository(makeHarness, async (repository, harness) => {
        await using other = await harness.open();
        const [mine, theirs] = [await putSample(repository, "mine"), await putSample(repository, "theirs")];
        const updates = await Promise.all([
          repository.moveTag(TAG, mine, { expect: "absent" }),
          other.moveTag(TAG, theirs, { expect: "absent" }),
        ]);
        const found = (await repository.resolve(TAG))?.digest;
        assert.ok(found === mine.digest || found === theirs.digest);
        const moved = updates.filter((update) => update.outcome !== "rejected");
        assert.ok(moved.length >= 1);
        if (moved.some(({ guarantee }) => guarantee === "atomic")) assert.equal(moved.length, 1);
      }),
    );

    it(
      "are listed once each, without the referrers lists, and from where the caller wants",
      withRepository(makeHarness, async (repository) => {
        const manifest = await putSample(repository, "one");
        await putSample(repository, "referrer", { subject: describeRaw(manifest) });
        for (const name of ["a1", "b2", "c3"])
          await repository.moveTag(parseTag(name), manifest, { expect: "absent" });
        assert.deepEqual(await tagsOf(repository), ["a1", "b2", "c3"]);
        assert.deepEqual(await tagsOf(repository, parseTag("a1")), ["b2", "c3"]);
        assert.deepEqual(await tagsOf(repository, parseTag("c3")), []);
      }),
    );

    it(
      "are deleted by name alone, or an error says that they cannot be",
      withRepository(makeHarness, async (repository) => {
        const manifest = await putSample(repository, "one");
        const kept = parseTag("kept");
        await repository.moveTag(TAG, manifest, { expect: "absent" });
        await repository.moveTag(kept, manifest, { expect: "absent" });
        try {
          await repository.deleteTag(TAG);
          assert.equal(await repository.resolve(TAG), undefined);
          await assert.rejects(repository.deleteTag(TAG), (error) => BaleError.is(error, "NOT_FOUND"));
        } catch (error) {
          if (!BaleError.is(error, "CAPABILITY_MISSING") && !BaleError.is(error, "DENIED")) throw error;
          assert.equal((await repository.resolve(TAG))?.digest, manifest.digest);
        }
        assert.equal((await repository.resolve(kept))?.digest, manifest.digest);
        assert.equal((await repository.getManifest(manifest.digest)).digest, manifest.digest);
      }),
    );
  });
}
