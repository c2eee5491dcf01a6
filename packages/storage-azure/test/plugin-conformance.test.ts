import { readFileSync } from "node:fs";
import { pluginConformance } from "@bale/conformance";
import { cloud } from "@bale/tooling-cloud";
import { describe, it } from "vitest";
import { fakeAzure } from "../src/fake-azure.testing.js";
import { storageAzure } from "../src/index.js";
import { ENV, STORE } from "../src/store.testing.js";

const { bale: manifest } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  readonly bale: unknown;
};

describe("the plugin of Azure", () => {
  pluginConformance({ describe, it }, async () => {
    const { reply } = fakeAzure();
    const azure = await cloud(reply);
    const elsewhere = { ...STORE, endpoint: "https://blobs.acme.example" };
    return {
      exported: storageAzure,
      manifest,
      env: ENV,
      http: azure.http,
      stores: [
        {
          description: STORE,
          trust: { kind: "public", line: "azure://acme/models/bales" },
          refused: [
            { type: "azure", account: "acme" },
            { type: "azure", container: "models" },
            { ...STORE, account: "ac.me" },
            { ...STORE, container: "Models" },
            { ...STORE, prefix: "../x" },
            { ...STORE, endpoint: "http://blobs.acme.example" },
            { ...STORE, key: "x" },
          ],
        },
        {
          description: elsewhere,
          trust: {
            kind: "needs-consent",
            line: "azure://acme/models/bales at https://blobs.acme.example",
          },
          reachable: false,
        },
      ],
      [Symbol.asyncDispose]: () => azure[Symbol.asyncDispose](),
    };
  });
});
