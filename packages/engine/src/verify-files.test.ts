import type { Extent, FileRow } from "@bale/spec";
import { createBlobStore, nodeHasher } from "@bale/storage";
import { expect, it } from "vitest";
import { storePack } from "./fetch/stored-files.testing.js";
import { memoryRemote } from "./memory-remote.testing.js";
import { noise, text } from "./noise.testing.js";
import { verifyFiles } from "./verify-files.js";

it("reads every byte, and names the blob that is damaged", async () => {
  const remote = memoryRemote();
  const ports = {
    hasher: nodeHasher,
    storeOf: async () => createBlobStore(remote.blobs, { hasher: nodeHasher }),
  };
  const rows = await storePack(remote.blobs, [
    { path: "a", bytes: text(5000) },
    { path: "b", bytes: noise(200_000) },
  ]);
  const [{ blob }] = (rows[0] as FileRow).extents as readonly [Extent];
  expect(await verifyFiles(rows, ports)).toMatchObject({ files: 2, bytes: blob.size });
  const bytes = remote.content.blobs.get(remote.blobs.locate(blob.digest)) as Uint8Array;
  bytes[bytes.length - 2000] = (bytes.at(-2000) as number) ^ 1;
  await expect(verifyFiles(rows, ports)).rejects.toMatchObject({
    code: "DIGEST_MISMATCH",
    context: { digest: blob.digest },
  });
});

it("is not content with a size or a digest that is another", async () => {
  const remote = memoryRemote();
  const ports = {
    hasher: nodeHasher,
    storeOf: async () => createBlobStore(remote.blobs, { hasher: nodeHasher }),
  };
  const [row] = (await storePack(remote.blobs, [{ path: "a", bytes: text(5000) }])) as [FileRow];
  for (const wrong of [
    { ...row, size: 4999 },
    { ...row, digest: nodeHasher.digest(text(1)) },
  ])
    await expect(verifyFiles([wrong], ports)).rejects.toMatchObject({
      code: "DIGEST_MISMATCH",
      context: { path: "a" },
    });
});
