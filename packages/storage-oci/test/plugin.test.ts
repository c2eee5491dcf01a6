import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import storageOciDefault, { storageOci } from "../src/index.js";

it("contributes the store type oci and nothing else, as its package says", async () => {
  expect(storageOci()).toMatchObject({
    specVersion: 1,
    name: "@bale/storage-oci",
    blobs: [{ scheme: "oci" }],
  });
  expect(Object.keys(storageOci())).toEqual(["specVersion", "name", "blobs"]);
  // A plugin that the user's configuration names is what its package exports by default.
  expect(storageOciDefault).toBe(storageOci);
  const text = await readFile(new URL("../package.json", import.meta.url), "utf8");
  expect(JSON.parse(text)).toMatchObject({ bale: { specVersion: 1, blobs: ["oci"] } });
});
