import { readFileSync } from "node:fs";
import { pluginConformance } from "@bale/conformance";
import { secret } from "@bale/spec";
import { cloud } from "@bale/tooling-cloud";
import { describe, it } from "vitest";
import { fakeGcs } from "../src/fake-gcs.testing.js";
import { storageGcs } from "../src/index.js";
import { STORE, TOKEN } from "../src/store.testing.js";

const { bale: manifest } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  readonly bale: unknown;
};

describe("the plugin of Cloud Storage", () => {
  pluginConformance({ describe, it }, async () => {
    const { reply } = fakeGcs();
    const google = await cloud(reply);
    return {
      exported: storageGcs,
      manifest,
      http: google.http,
      credentials: { id: "test", resolve: async () => ({ kind: "bearer", token: secret(TOKEN) }) },
      stores: [
        {
          description: STORE,
          trust: { kind: "public", line: "gcs://models/bales" },
          refused: [
            { type: "gcs" },
            { ...STORE, bucket: "Models" },
            { ...STORE, bucket: "127.0.0.1" },
            { ...STORE, prefix: "../x" },
            { ...STORE, endpoint: "http://storage.acme.example" },
            { ...STORE, token: "x" },
          ],
        },
        {
          description: { ...STORE, endpoint: "https://storage.acme.example" },
          trust: { kind: "needs-consent", line: "gcs://models/bales at https://storage.acme.example" },
          reachable: false,
        },
      ],
      [Symbol.asyncDispose]: () => google[Symbol.asyncDispose](),
    };
  });
});
