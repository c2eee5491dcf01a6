import { serviceOrSkip } from "@bale/tooling-services";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { expectDone, expectFailed } from "./harness/expect-done.js";
import { type Objects, openObjects } from "./harness/object-store.js";
import { sameFiles } from "./harness/same-files.js";
import {
  BLOBS,
  type Faults,
  IN_PARTS,
  type Place,
  SMALL,
  s3Error,
  storageBed,
} from "./harness/storage-bed.js";

const hasServers = ["distribution", "versitygw"].every((name) => serviceOrSkip(name));
const { placeOn } = storageBed(hasServers);

describe.skipIf(!hasServers)("a busy object store, met by whole commands", () => {
  let objects: Objects;
  beforeAll(async () => {
    objects = await openObjects("versitygw");
  });
  afterAll(() => objects?.[Symbol.asyncDispose]());
  beforeEach(() => objects.server.setRules([]));
  const place = (size = SMALL): Promise<Place> => placeOn(objects, size);

  describe("row 69: the store is busy", () => {
    const slow = { fault: "status", status: 503, body: s3Error("SlowDown"), target: BLOBS } as const;
    it.each<[string, number, Faults]>([
      ["twice SlowDown", SMALL, [{ ...slow, method: "PUT", times: 2 }]],
      [
        "500 to the end of an upload",
        IN_PARTS,
        [{ ...slow, status: 500, body: s3Error("InternalError"), method: "POST", target: /uploadId=/ }],
      ],
      [
        "SlowDown for every second part",
        IN_PARTS,
        [{ ...slow, method: "PUT", target: /partNumber=[13]/, times: 2 }],
      ],
      [
        "an error in the body of 200, and nothing done",
        IN_PARTS,
        [
          {
            fault: "status",
            status: 200,
            body: s3Error("InternalError"),
            method: "POST",
            target: /uploadId=/,
          },
        ],
      ],
      [
        "an error in the body of 200, and all done",
        IN_PARTS,
        [{ fault: "replace", body: s3Error("InternalError"), method: "POST", target: /uploadId=/ }],
      ],
      ["a lost answer to a small object", SMALL, [{ fault: "lostanswer", method: "PUT", target: BLOBS }]],
      ["a lost answer to a part", IN_PARTS, [{ fault: "lostanswer", method: "PUT", target: /partNumber=2/ }]],
      [
        "a lost answer to the end of an upload",
        IN_PARTS,
        [{ fault: "lostanswer", method: "POST", target: /uploadId=/ }],
      ],
      [
        "a lost answer to its begin",
        IN_PARTS,
        [{ fault: "lostanswer", method: "POST", target: /\?uploads/ }],
      ],
    ])("%s: the push is done, and whole", async (_name, size, faults) => {
      const at = await place(size);
      objects.server.setRules(faults);
      expectDone(await at.push());
      expect(objects.server.accessLog().filter(({ fault }) => fault !== undefined)).not.toEqual([]);
      objects.server.setRules([]);
      expectDone(await at.run(["verify", at.reference, "--deep"]));
      expectDone(await at.clone());
      sameFiles(at.target, at.root);
    });

    it.each<[string, number, Faults]>([
      ["SlowDown", SMALL, [{ ...slow, method: "PUT", times: Infinity }]],
      [
        "an error in the body of 200",
        IN_PARTS,
        [
          {
            fault: "status",
            status: 200,
            body: s3Error("InternalError"),
            method: "POST",
            target: /uploadId=/,
            times: Infinity,
          },
        ],
      ],
    ])(
      "%s without an end: 7, nothing is published, and a later push is done",
      async (_name, size, faults) => {
        const at = await place(size);
        objects.server.setRules(faults);
        const failed = await at.push();
        expectFailed(failed, 7, "STORE_BUSY");
        expect(await at.isPublished()).toBe(false);
        objects.server.setRules([]);
        expectDone(await at.push());
      },
    );

    it.each<[string, Faults]>([
      ["SlowDown", [{ ...slow, method: "GET", times: 2 }]],
      ["a body that ends early", [{ fault: "truncate", method: "GET", target: BLOBS, bytes: 1_000_000 }]],
      ["a wrong bit", [{ fault: "corrupt", method: "GET", target: BLOBS, position: 500 }]],
      ["a connection that breaks", [{ fault: "reset", at: "answer", method: "GET", target: BLOBS }]],
    ])("a clone overcomes %s", async (_name, faults) => {
      const at = await place(IN_PARTS);
      expectDone(await at.push());
      objects.server.setRules(faults);
      expectDone(await at.clone());
      sameFiles(at.target, at.root);
    });
  });
});
