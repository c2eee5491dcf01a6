import { createWriteStream, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { auth } from "@bale/auth";
import { createHttpClient } from "@bale/http";
import { oci } from "@bale/oci";
import { createBale } from "@bale/sdk";
import { storageFs } from "@bale/storage-fs";
import { storageS3 } from "@bale/storage-s3";
import { serviceOrSkip, startRegistry } from "@bale/tooling-services";
import { describe, expect, it } from "vitest";
import { expectDone } from "./harness/expect-done.js";
import { openObjects } from "./harness/object-store.js";
import { newPerson } from "./harness/person.js";
import { registryBlobs } from "./harness/registry-blobs.js";
import { sameFiles } from "./harness/same-files.js";
import { noise } from "./harness/sample-tree.js";
import { scratchFolder } from "./harness/scratch-folder.js";
import { writeSmallFiles } from "./harness/small-files.js";

const MEBIBYTE = 2 ** 20;
const LARGE = (process.env["BALE_NIGHTLY"] ? 2048 : 512) * MEBIBYTE;
const services = ["distribution", "versitygw"] as const;

async function writeLarge(file: string): Promise<void> {
  const block = noise(16 * MEBIBYTE, 5);
  await pipeline(function* () {
    for (let written = 0; written < LARGE; written += block.length) {
      block.writeUInt32LE(written / MEBIBYTE, 0);
      yield Buffer.from(block);
    }
  }, createWriteStream(file));
}

describe.skipIf(!services.every((name) => serviceOrSkip(name)))(
  `${LARGE / MEBIBYTE} MiB in S3, packs in the registry, a layer in a directory`,
  () => {
    it("go up, elsewhere with four packages down, change, and come back", async () => {
      using folder = scratchFolder();
      await using registry = await startRegistry("distribution");
      await using objects = await openObjects("versitygw");
      const ann = newPerson(folder.join("ann"));
      const shelf = folder.make("shelf");
      const trustedStores = [objects.line(), `fs:${shelf}`];
      ann.writeConfig({ trustedStores });
      const bale = async (root: string, ...args: string[]) =>
        expectDone(await ann.run(args, { cwd: root, env: objects.env }));

      const root = join(ann.home, "app");
      await mkdir(join(root, "model"), { recursive: true });
      await mkdir(join(root, "shelved"));
      await writeLarge(join(root, "model/weights"));
      for (const name of ["one", "two"])
        writeFileSync(join(root, "shelved", name), noise(300_000, name.length));
      writeFileSync(join(root, "shelved/three"), noise(200_000, 77));
      writeSmallFiles(root, { count: 200, from: 10, to: 4000 });
      writeFileSync(
        join(root, "bale.yaml"),
        `layers: { model: ["model/**"], shelved: ["shelved/**"] }
storage:
  stores:
    big: ${objects.yaml()}
    shelf: { type: fs, path: "${shelf}" }
  rules: [{ largerThan: 100MiB, store: big }, { match: "shelved/**", store: shelf }]
`,
      );
      const reference = `${registry.host}/acme/app:v1`;
      await bale(root, "init");
      await bale(root, "add", ".");
      await bale(root, "push", "-u", reference);

      const external = (await objects.blobs()).map(({ hex }) => hex);
      expect(await objects.blobs()).toEqual([{ hex: external[0], size: LARGE }]);
      const explained = await bale(root, "storage", "ls");
      expect(explained["stores"]).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ name: "big", files: 1, bytes: LARGE }),
          expect.objectContaining({ name: "shelf", files: 3 }),
        ]),
      );
      const { manifest } = await bale(root, "manifest", reference);
      const held = registryBlobs(registry);
      expect(held.size).toBeGreaterThan(3);
      for (const hex of external) {
        expect(JSON.stringify(manifest)).not.toContain(hex);
        expect(held).not.toContain(hex);
      }

      // Somebody else, with a client of these plugins alone.
      const elsewhere = folder.join("elsewhere");
      const env = objects.env;
      await using client = createBale({
        plugins: [
          oci(),
          auth(),
          storageFs(),
          storageS3({
            credentials: async () => ({
              accessKeyId: env["AWS_ACCESS_KEY_ID"] ?? "",
              secretAccessKey: env["AWS_SECRET_ACCESS_KEY"] ?? "",
            }),
          }),
        ],
        http: createHttpClient(),
        user: { trustedStores },
      });
      await client.clone({ reference, directory: elsewhere, cwd: "/" });
      sameFiles(elsewhere, root);

      const workspace = await client.workspace(elsewhere);
      writeFileSync(join(elsewhere, "shelved/two"), noise(310_000, 99));
      writeFileSync(join(elsewhere, "d0000/f000000"), "changed elsewhere\n");
      await workspace.push();
      await bale(root, "pull");
      sameFiles(root, elsewhere);
      expect((await client.verify({ reference, deep: true })).problems).toEqual([]);

      const dry = await bale(root, "gc", "--store", "big", "--store", "shelf", "--dry-run");
      expect(dry["stores"]).toEqual([
        expect.objectContaining({ name: "big", usedBlobs: 1, removedBlobs: 0, waitingBlobs: 0 }),
        // The version before this one is a parent, and needs what it held.
        expect.objectContaining({ name: "shelf", versions: 2, removedBlobs: 0, waitingBlobs: 0 }),
      ]);
      expect(await objects.blobs()).toHaveLength(1);
    });
  },
);
