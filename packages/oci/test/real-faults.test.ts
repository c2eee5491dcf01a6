import { type HttpClient, MEDIA_TYPES, parseTag } from "@bale/spec";
import { serviceOrSkip, startFaultProxy, startRegistry } from "@bale/tooling-services";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { registryProfile } from "../src/index.js";
import { impatientHttp, repositoryAt } from "./registry-harness.js";
import { countedSource, digestOf, readAll, sampleBytes } from "./sample-blob.js";

type Proxy = Awaited<ReturnType<typeof startFaultProxy>>;
type Rule = NonNullable<Parameters<typeof startFaultProxy>[0]["rules"]>[number];
const plain = registryProfile("registry.example");
const ways = { whole: plain, chunks: { ...plain, chunkThreshold: 0, chunkSize: 300_000 } };
const lostPut: Rule = { fault: "lostanswer", method: "PUT" };
const gonePut: Rule = { fault: "gone", code: "BLOB_UPLOAD_UNKNOWN", method: "PUT" };
const cases: readonly { way: keyof typeof ways; name: string; rules: readonly Rule[] }[] = [
  {
    way: "whole",
    name: "a reset in the body",
    rules: [{ fault: "reset", at: "body", bytes: 200_000, method: "PUT" }],
  },
  { way: "whole", name: "the lost answer to the PUT", rules: [lostPut] },
  { way: "whole", name: "a session that is gone", rules: [gonePut] },
  {
    way: "chunks",
    name: "a reset in a chunk",
    rules: [{ fault: "reset", at: "body", bytes: 200_000, method: "PATCH", skip: 1 }],
  },
  {
    way: "chunks",
    name: "the lost answer to a chunk",
    rules: [{ fault: "lostanswer", method: "PATCH", skip: 1 }],
  },
  { way: "chunks", name: "the lost answer to the PUT", rules: [lostPut] },
  { way: "chunks", name: "a session that is gone", rules: [gonePut] },
];

for (const kind of ["distribution", "docker-registry", "ggcr"] as const)
  describe.skipIf(!serviceOrSkip(kind))(`real registry ${kind} behind a line that breaks`, () => {
    let registry: Awaited<ReturnType<typeof startRegistry>>;
    let proxy: Proxy;
    let http: HttpClient;
    let round = 0;
    beforeAll(async () => {
      registry = await startRegistry(kind);
      proxy = await startFaultProxy({ to: registry.url });
      http = impatientHttp();
    });
    afterAll(async () => {
      await http?.[Symbol.asyncDispose]();
      await proxy?.stop();
      await registry?.stop();
    });
    beforeEach(() => proxy.setRules([]));

    for (const { way, name, rules } of cases)
      it(`takes a blob sent as ${way} through ${name}`, async () => {
        const content = sampleBytes(1_000_000, ++round);
        const digest = digestOf(content);
        proxy.setRules(rules);
        const { blobs } = repositoryAt(proxy, http, { profile: ways[way] });
        expect(await blobs.write(blobs.locate(digest), countedSource(content), { digest })).toBe("created");
        proxy.setRules([]);
        expect((await readAll(blobs, digest)).equals(content)).toBe(true);
      });

    it("moves a tag once when the answer is lost", async () => {
      const repository = repositoryAt(proxy, http);
      const config = Buffer.from("{}");
      const digest = digestOf(config);
      await repository.blobs.write(repository.blobs.locate(digest), countedSource(config), { digest });
      const mediaType = MEDIA_TYPES.manifest;
      const bytes = Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          mediaType,
          config: { mediaType: "application/vnd.oci.empty.v1+json", digest, size: 2 },
          layers: [],
        }),
      );
      const manifest = { mediaType, digest: digestOf(bytes), bytes };
      proxy.setRules([{ fault: "lostanswer", method: "PUT", times: 1 }]);
      expect(await repository.moveTag(parseTag("v1"), manifest, { expect: "absent" })).toMatchObject({
        outcome: "moved",
        guarantee: "checked",
      });
      expect((await repository.resolve(parseTag("v1")))?.digest).toBe(manifest.digest);
    });
  });
