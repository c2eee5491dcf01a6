import assert from "node:assert/strict";
import { type Descriptor, type Digest, parseMediaType, type RemoteRepository } from "@bale/spec";
import type { TestApi } from "../test-api.js";
import { type RemoteHarness, withRepository } from "./remote-harness.js";
import { describeRaw, putSample } from "./sample-manifest.js";

const SIGNATURE = parseMediaType("application/vnd.example.signature");
const NOTES = parseMediaType("application/vnd.example.notes");

async function referrersOf(
  repository: RemoteRepository,
  digest: Digest,
  artifactType?: typeof NOTES,
): Promise<readonly Descriptor[]> {
  const found: Descriptor[] = [];
  for await (const referrer of repository.listReferrers(digest, { artifactType })) found.push(referrer);
  return found.sort((a, b) => (a.digest < b.digest ? -1 : 1));
}

/** What refers to a manifest is found, whether the other side keeps a list or bale does. */
export function referrerCases({ describe, it }: TestApi, makeHarness: () => Promise<RemoteHarness>): void {
  describe("referrers", () => {
    it(
      "are none at first",
      withRepository(makeHarness, async (repository) => {
        const subject = await putSample(repository, "subject");
        assert.deepEqual(await referrersOf(repository, subject.digest), []);
      }),
    );

    it(
      "are listed with artifact type and annotations, each once, and are filtered",
      withRepository(makeHarness, async (repository, harness) => {
        const subject = await putSample(repository, "subject");
        const options = { subject: describeRaw(subject) };
        const signature = await putSample(repository, "signature", { ...options, artifactType: SIGNATURE });
        const notes = await putSample(repository, "notes", {
          ...options,
          artifactType: NOTES,
          annotations: { language: "en" },
        });
        await repository.putManifest(notes, options);
        await using other = await harness.open();
        const found = await referrersOf(other, subject.digest);
        assert.deepEqual(
          found.map(({ digest }) => digest),
          [signature.digest, notes.digest].sort(),
        );
        assert.deepEqual(await referrersOf(other, subject.digest, NOTES), [
          {
            ...describeRaw(notes),
            artifactType: NOTES,
            annotations: { label: "notes", language: "en" },
          },
        ]);
        assert.deepEqual(await referrersOf(other, notes.digest), []);
      }),
    );
  });
}
