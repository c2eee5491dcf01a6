import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { serviceOrSkip, startRegistry } from "@bale/tooling-services";
import { describe, expect, it } from "vitest";
import { expectDone, expectFailed } from "./harness/expect-done.js";
import { BUCKET, openObjects, PREFIX } from "./harness/object-store.js";
import { newPerson } from "./harness/person.js";
import { noise } from "./harness/sample-tree.js";
import { scratchFolder } from "./harness/scratch-folder.js";

const hexOf = (bytes: string | Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

describe.each(["distribution", "docker-registry"] as const)(
  "gc of a store that two repositories of %s share",
  (kind) => {
    it.skipIf(!serviceOrSkip(kind) || !serviceOrSkip("versitygw"))(
      "removes exactly what the emptied one needed, and nothing while a user cannot be read",
      async () => {
        using folder = scratchFolder();
        await using registry = await startRegistry(kind);
        await using objects = await openObjects("versitygw");
        const ann = newPerson(folder.join("ann"));
        ann.writeConfig({ trustedStores: [objects.line()] });
        const both = noise(2_000_000, 1);
        const own = { one: noise(2_100_000, 2), two: noise(2_200_000, 3) };
        const roots: Record<string, string> = {};
        const run = (name: string, ...args: string[]) =>
          ann.run(args, { cwd: roots[name] ?? "", env: objects.env });
        for (const name of ["one", "two"] as const) {
          roots[name] = await ann.workspace(name, {
            "bale.yaml": `storage: { stores: { big: ${objects.yaml()} }, rules: [{ match: "data/**", store: big }] }\n`,
            "data/both": both,
            "data/own": own[name],
            src: name,
          });
          expectDone(await run(name, "push", "-u", `${registry.host}/acme/${name}:v1`));
        }
        const held = async () => (await objects.blobs()).map(({ hex }) => hex).sort();
        const all = [both, own.one, own.two].map(hexOf).sort();
        expect(await held()).toEqual(all);

        // Distribution 2.8 deletes no tag alone; a manifest goes with its tags.
        const { digest } = expectDone(await run("one", "manifest", `${registry.host}/acme/one:v1`));
        const gone = await fetch(`${registry.url}/v2/acme/one/manifests/${digest}`, { method: "DELETE" });
        expect(gone.status).toBe(202);
        const untagged = await run("one", "untag", `${registry.host}/acme/one:v1`);
        expect([0, 3], untagged.stdout).toContain(untagged.exit);
        const listed = await fetch(`${registry.url}/v2/acme/one/tags/list`);
        // What tells an emptied repository from a hidden one, of which it says 404.
        expect([listed.status, ((await listed.json()) as { tags: unknown }).tags ?? []]).toEqual([200, []]);
        expect((await fetch(`${registry.url}/v2/acme/never/tags/list`)).status).toBe(404);

        const gc = async (...more: string[]) => {
          const done = await run("two", "gc", "--store", "big", ...more);
          return (expectDone(done)["stores"] as readonly Record<string, unknown>[])[0];
        };
        expect(await gc("--dry-run")).toMatchObject({ usedBlobs: 2, removedBlobs: 0 });
        expect(await gc()).toMatchObject({
          usedBlobs: 2,
          removedBlobs: 0,
          waitingBlobs: 1,
          waitingBytes: 2_100_000,
        });
        // The marks are young: without a shorter grace nothing goes.
        expect(await gc()).toMatchObject({ removedBlobs: 0, waitingBlobs: 1 });
        expect(await held()).toEqual(all);

        const third = `${registry.host}/acme/third`;
        const marker = `/${BUCKET}/${PREFIX}/users/${hexOf(third)}`;
        expect((await objects.server.request("PUT", marker, { body: third })).status).toBe(200);
        const stopped = expectFailed(
          await run("two", "gc", "--store", "big", "--grace", "0s"),
          3,
          "NOT_FOUND",
        );
        expect([stopped.message, stopped.fix]).toEqual([
          expect.stringContaining(`${third} uses this store, and cannot be read`),
          expect.stringContaining(`--forget ${third}`),
        ]);
        expect(await held()).toEqual(all);

        expect(await gc("--grace", "0s", "--forget", third)).toMatchObject({
          removedBlobs: 1,
          removedBytes: 2_100_000,
        });
        expect(await held()).toEqual([both, own.two].map(hexOf).sort());
        expectDone(await run("two", "verify", `${registry.host}/acme/two:v1`, "--deep"));
        rmSync(join(ann.home, "two"), { recursive: true });
      },
    );
  },
);
