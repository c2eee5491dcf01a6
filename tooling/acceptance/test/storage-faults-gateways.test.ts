import { serviceOrSkip, startRegistry } from "@bale/tooling-services";
import { describe, expect, it } from "vitest";
import { expectDone, expectFailed } from "./harness/expect-done.js";
import { flipped, framed, type ManglingGateway, startManglingGateway } from "./harness/mangling-gateway.js";
import { type Objects, openObjects } from "./harness/object-store.js";
import { newPerson } from "./harness/person.js";
import { sameFiles } from "./harness/same-files.js";
import { noise } from "./harness/sample-tree.js";
import { BLOBS, type Faults, IN_PARTS, SMALL, s3Error, storageBed } from "./harness/storage-bed.js";

const hasServers = ["distribution", "versitygw"].every((name) => serviceOrSkip(name));
const { folder, placeOn } = storageBed(hasServers);

const PRESIGNED = /\/data\?.*X-Amz-Signature/i;

describe.skipIf(!hasServers)("row 58: presigned addresses of a registry", () => {
  it.each<[string, Faults]>([
    [
      "before the first byte",
      [
        {
          fault: "status",
          status: 403,
          body: s3Error("AccessDenied", "Request has expired"),
          method: "GET",
          target: PRESIGNED,
        },
      ],
    ],
    [
      "in the middle",
      [
        { fault: "truncate", method: "GET", bytes: 2_000_000, target: PRESIGNED },
        {
          fault: "status",
          status: 403,
          body: s3Error("AccessDenied", "Request has expired"),
          method: "GET",
          target: PRESIGNED,
        },
      ],
    ],
  ])("that expire %s are asked for again", async (_name, faults) => {
    await using objects = await openObjects("versitygw");
    await using redirecting = await startRegistry("distribution", {
      variant: "redirect",
      objectStore: objects.server,
    });
    const person = newPerson(folder().join(`redirected-${faults.length}`));
    const root = await person.workspace("app", { large: noise(6_000_000, 3) });
    const reference = `${redirecting.host}/acme/app:v1`;
    expectDone(await person.run(["push", reference], { cwd: root }));
    // The registry itself asks the store too, and signs in a header.
    objects.server.setRules(faults);
    const before = objects.server.accessLog().length;
    expectDone(await person.run(["clone", reference, "there"]));
    sameFiles(`${person.home}/there`, root);
    const since = objects.server.accessLog().slice(before);
    expect(since.filter(({ fault }) => fault !== undefined)).toHaveLength(faults.length);
    const presigned = since.filter(({ path, query }) => PRESIGNED.test(`${path}?${query}`));
    expect(presigned.length).toBeGreaterThan(faults.length);
    expect(presigned.every(({ authScheme }) => authScheme === undefined)).toBe(true);
  });
});

describe.skipIf(!hasServers || !serviceOrSkip("s3rver"))(
  "row 71: a gateway that alters what it is given",
  () => {
    const altered = async (
      kind: "s3rver" | "versitygw",
      mangle: (body: Buffer) => Buffer,
      use: (objects: Objects, gateway: ManglingGateway) => Promise<void>,
    ): Promise<void> => {
      await using objects = await openObjects(kind);
      await using gateway = await startManglingGateway(objects.server.endpoint, mangle);
      await use(objects, gateway);
    };

    it.each([
      ["s3rver", "keeps the frames of a stream", framed],
      ["s3rver", "loses the last byte", (body: Buffer) => body.subarray(0, -1)],
      ["versitygw", "turns a bit", flipped],
    ] as const)(
      "%s, before which something %s, is caught: 5, nothing is published, nothing stays",
      async (kind, _what, mangle) => {
        await altered(kind, mangle, async (objects, gateway) => {
          const at = await placeOn(objects, SMALL, gateway.url);
          expectFailed(await at.push(), 5, "STORE_CORRUPT");
          expect(await at.isPublished()).toBe(false);
          expect(await objects.blobs()).toEqual([]);
          const checked = await at.run(["storage", "check"]);
          expect(checked.exit, checked.stdout).toBe(5);
          expect(checked.document["stores"]).toEqual([expect.objectContaining({ verdict: "broken" })]);
        });
      },
    );
  },
);

describe.skipIf(!hasServers || !serviceOrSkip("s3rver") || !serviceOrSkip("moto"))(
  "row 74: stores that take conditions lightly",
  () => {
    it.each(["s3rver", "moto"] as const)("%s holds what was pushed, twice", async (kind) => {
      await using objects = await openObjects(kind);
      for (const size of [SMALL, IN_PARTS]) {
        const at = await placeOn(objects, size);
        expectDone(await at.push());
        expectDone(await at.run(["verify", at.reference, "--deep"]));
        expectDone(await at.clone());
        sameFiles(at.target, at.root);
        // Another repository brings the same bytes: they are there.
        const puts = () =>
          objects.server.accessLog().filter(({ method, path }) => method === "PUT" && BLOBS.test(path))
            .length;
        const before = puts();
        expectDone(await at.run(["push", `${at.reference.replace(":v1", "-copy:v1")}`]));
        expect(puts()).toBe(before);
      }
    });

    it("an object that another writer makes in between is taken where the store says no", async () => {
      await using objects = await openObjects("versitygw");
      const at = await placeOn(objects, SMALL);
      // The first looks see nothing, so that the write meets what is there.
      objects.server.setRules([{ fault: "gone", method: "HEAD", target: new RegExp(at.hex), times: 2 }]);
      await objects.put(at.hex, at.bytes);
      expectDone(await at.push());
      const puts = objects.server
        .accessLog()
        .filter(({ method, path }) => method === "PUT" && path.includes(at.hex));
      // What it says may be lost: it closes before it has read the body. Then the object is looked for.
      expect(puts).toHaveLength(1);
      expect([412, undefined]).toContain(puts[0]?.status);
    });
  },
);
