import { existsSync } from "node:fs";
import { serviceOrSkip } from "@bale/tooling-services";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { canary, seenIn } from "./harness/canaries.js";
import { expectDone, expectFailed } from "./harness/expect-done.js";
import { flipped } from "./harness/mangling-gateway.js";
import { type Objects, openObjects } from "./harness/object-store.js";
import { sameFiles } from "./harness/same-files.js";
import { BLOBS, type Faults, type Place, SMALL, s3Error, storageBed } from "./harness/storage-bed.js";

const hasServers = ["distribution", "versitygw"].every((name) => serviceOrSkip(name));
const { placeOn } = storageBed(hasServers);

describe.skipIf(!hasServers)("faults of an object store, met by whole commands", () => {
  let objects: Objects;
  beforeAll(async () => {
    objects = await openObjects("versitygw");
  });
  afterAll(() => objects?.[Symbol.asyncDispose]());
  beforeEach(() => objects.server.setRules([]));
  const place = (size = SMALL): Promise<Place> => placeOn(objects, size);

  describe("row 68: the store lets nobody in", () => {
    it.each<[string, NodeJS.ProcessEnv, Faults, string, RegExp]>([
      ["a wrong secret", { AWS_SECRET_ACCESS_KEY: "wr0ng-s3cret" }, [], "STORE_DENIED", /keys/],
      ["an unknown key", { AWS_ACCESS_KEY_ID: "nobody" }, [], "STORE_DENIED", /keys/],
      [
        "a session that has ended",
        { AWS_SESSION_TOKEN: "0ld-s3ssion" },
        [
          {
            fault: "status",
            status: 400,
            body: s3Error("ExpiredToken"),
            times: Infinity,
          },
        ],
        "STORE_DENIED",
        /sign in/,
      ],
      [
        "a clock that is wrong",
        {},
        [
          {
            fault: "status",
            status: 403,
            headers: { date: "Mon, 01 Jan 2024 00:00:00 GMT" },
            body: s3Error("RequestTimeTooSkewed"),
            method: "PUT",
            target: BLOBS,
            times: Infinity,
          },
        ],
        "STORE_DENIED",
        /clock/,
      ],
      [
        "no permission",
        {},
        [
          {
            fault: "status",
            status: 403,
            body: s3Error("AccessDenied"),
            method: "PUT",
            target: BLOBS,
            times: Infinity,
          },
        ],
        "STORE_DENIED",
        /s3:PutObject/,
      ],
      [
        "no permission to leave a marker",
        {},
        [
          {
            fault: "status",
            status: 403,
            body: s3Error("AccessDenied"),
            method: "PUT",
            target: /\/users\//,
            times: Infinity,
          },
        ],
        "STORE_DENIED",
        /s3:PutObject/,
      ],
    ])("%s: 4, and nothing is published", async (_name, env, faults, code, fix) => {
      const at = await place();
      objects.server.setRules(faults);
      const failed = await at.push(env);
      const error = expectFailed(failed, 4, code);
      expect(`${error.why} ${error.fix}`).toMatch(fix);
      if (/clock/.test(String(error.why))) expect(error.why).toMatch(/says 20\d\d-.*2024-01-01T00:00:00Z/);
      const secrets = Object.entries({ ...objects.env, ...env }).map(([name, value]) =>
        canary(name, value ?? ""),
      );
      const told = secrets.filter(({ name }) => name !== "AWS_ACCESS_KEY_ID");
      expect(seenIn(failed.stdout + failed.stderr, told)).toEqual([]);
      expect(await at.isPublished()).toBe(false);
      objects.server.setRules([]);
      expectDone(await at.push());
    });

    it("is asked without keys where the session has none: 4", async () => {
      const at = await place();
      const none = {
        AWS_ACCESS_KEY_ID: undefined,
        AWS_SECRET_ACCESS_KEY: undefined,
        AWS_EC2_METADATA_DISABLED: "true",
      };
      expect((await at.push(none)).exit).toBe(4);
      expect(await at.isPublished()).toBe(false);
      expectDone(await at.push());
      expect((await at.clone(none)).exit).toBe(4);
      expect(existsSync(at.target)).toBe(false);
    });
  });

  describe("row 72: objects that are gone or wrong", () => {
    it.each<[string, ((bytes: Buffer) => Buffer) | undefined, number, string]>([
      ["missing", undefined, 3, "EXTERNAL_MISSING"],
      ["too short", (bytes) => bytes.subarray(1), 5, "SIZE_MISMATCH"],
      ["wrong", flipped, 5, "DIGEST_MISMATCH"],
    ])(
      "an object that is %s is found by verify and clone, which names it; restored, all is well",
      async (_name, change, exit, code) => {
        const at = await place();
        expectDone(await at.push());
        await objects.remove(at.hex);
        if (change) await objects.put(at.hex, change(at.bytes));
        const verified = await at.run(["verify", at.reference, "--deep"]);
        // A look tells a wrong size and nothing at all alike: what is needed is not there.
        expect([exit, 3], verified.stdout).toContain(verified.exit);
        expect(verified.stdout).toContain(at.hex);
        const error = expectFailed(await at.clone(), exit, code);
        const told = JSON.stringify(error);
        expect(told).toContain("big");
        expect(told).toContain(at.hex);
        expect(existsSync(`${at.target}/data/big`)).toBe(false);
        await objects.remove(at.hex);
        await objects.put(at.hex, at.bytes);
        expectDone(await at.run(["verify", at.reference, "--deep"]));
        expectDone(await at.clone());
        sameFiles(at.target, at.root);
      },
    );
  });

  it("row 73: a key that holds other bytes is never written over: 6, and nothing is published", async () => {
    const at = await place();
    await objects.put(at.hex, Buffer.from("somebody else's"));
    const error = expectFailed(await at.push(), 6, "STORE_CONFLICT");
    expect(JSON.stringify(error)).toContain(at.hex);
    expect(await objects.blobs()).toContainEqual({ hex: at.hex, size: 15 });
    expect(await at.isPublished()).toBe(false);
  });

  it("row 75: an object that goes before the tag moves is missed: 3, and nothing is published", async () => {
    const at = await place();
    const of = new RegExp(at.hex);
    // The look before the write, the one of the write itself, and the check after it.
    objects.server.setRules([{ fault: "gone", method: "HEAD", target: of, skip: 3, times: Infinity }]);
    expectFailed(await at.push(), 3, "EXTERNAL_MISSING");
    expect(
      objects.server
        .accessLog()
        .filter(({ path }) => of.test(path))
        .map(({ method }) => method),
    ).toContain("PUT");
    expect(await at.isPublished()).toBe(false);
  });
});
