import { describe, expect, it } from "vitest";
import { fakeS3 } from "./fake-s3.testing.js";
import { driverOn, keyOf, sample, storeOf } from "./store.testing.js";

describe("a listing", () => {
  it("has the blobs of this store, page after page, and nothing else that lies in the bucket", async () => {
    const { fake, driver } = storeOf({ pageSize: 7 });
    const blobs = Array.from({ length: 30 }, (_, seed) => sample(10 + seed, seed));
    for (const blob of blobs) fake.objects.set(keyOf(blob), blob.bytes);
    const [first = sample(1)] = blobs;
    for (const key of [
      "blobs/users/x",
      "blobs/sha256/README",
      `${keyOf(first)}.bak`,
      keyOf(first).replace("blobs/", "other/"),
      `blobs/sha256/ff/ff/${"0".repeat(64)}`,
    ])
      fake.objects.set(key, Buffer.from("not ours"));
    const listed: unknown[] = [];
    for await (const item of driver.listing?.list() ?? []) listed.push(item);
    const expected = blobs
      .map(({ digest, size }) => ({ digest, size, locator: driver.locate(digest) }))
      .sort((a, b) => (a.digest < b.digest ? -1 : 1));
    expect(listed).toEqual(expected);
  });

  it("that does not get on is an error, not a loop", async () => {
    const page = `<ListBucketResult><IsTruncated>true</IsTruncated><Contents><Key>blobs/sha256/a</Key><Size>1</Size></Contents></ListBucketResult>`;
    for (const body of [page, "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>"]) {
      const { driver } = storeOf({ fault: () => ({ status: 200, body }) });
      const reading = (async () => {
        for await (const item of driver.listing?.list() ?? []) expect(item).toBeUndefined();
      })();
      await expect(reading).rejects.toMatchObject({ code: "LIMIT" });
    }
  });
});

describe("unfinished uploads", () => {
  const old = new Date("2026-01-02T00:00:00Z");
  const young = new Date("2026-01-09T00:00:00Z");

  it("of this store are listed, page after page, and those before a time alone", async () => {
    const fake = fakeS3({ pageSize: 2 });
    const driver = driverOn(fake);
    const blobs = Array.from({ length: 5 }, (_, seed) => sample(10, seed));
    for (const [index, blob] of blobs.entries())
      fake.uploads.set(`id-${index}`, {
        key: keyOf(blob),
        algorithm: undefined,
        startedAt: index < 3 ? old : young,
        parts: new Map(),
      });
    fake.uploads.set("other", {
      key: "blobs/sha256/x",
      algorithm: undefined,
      startedAt: old,
      parts: new Map(),
    });
    const ids = async (startedBefore?: Date): Promise<string[]> => {
      const found: string[] = [];
      for await (const { id, digest, locator, startedAt } of driver.uploads?.list({ startedBefore }) ?? []) {
        found.push(`${id} ${startedAt.toISOString().slice(0, 10)}`);
        expect(locator).toBe(driver.locate(digest));
      }
      return found.sort();
    };
    expect(await ids()).toEqual([
      "id-0 2026-01-02",
      "id-1 2026-01-02",
      "id-2 2026-01-02",
      "id-3 2026-01-09",
      "id-4 2026-01-09",
    ]);
    expect(await ids(young)).toEqual(["id-0 2026-01-02", "id-1 2026-01-02", "id-2 2026-01-02"]);
  });

  it("can be aborted, once and again, and nothing else goes with them", async () => {
    const fake = fakeS3();
    const driver = driverOn(fake);
    const [one, other] = [sample(10, 1), sample(10, 2)];
    for (const blob of [one, other])
      fake.uploads.set(blob.digest, {
        key: keyOf(blob),
        algorithm: undefined,
        startedAt: old,
        parts: new Map(),
      });
    fake.objects.set(keyOf(one), one.bytes);
    for (let time = 0; time < 2; time++)
      await driver.uploads?.abort({ locator: driver.locate(one.digest), id: one.digest });
    expect([...fake.uploads.keys()]).toEqual([other.digest]);
    expect(fake.objects.size).toBe(1);
    const foreign = driver.uploads?.abort({ locator: "s3://acme-bales/other" as never, id: other.digest });
    await expect(foreign).rejects.toMatchObject({ code: "INTERNAL" });
  });

  it("in a listing that does not get on are an error, not a loop", async () => {
    const body = `<ListMultipartUploadsResult><IsTruncated>true</IsTruncated><NextKeyMarker>k</NextKeyMarker><NextUploadIdMarker>u</NextUploadIdMarker></ListMultipartUploadsResult>`;
    const { driver } = storeOf({ fault: () => ({ status: 200, body }) });
    const reading = (async () => {
      for await (const item of driver.uploads?.list() ?? []) expect(item).toBeUndefined();
    })();
    await expect(reading).rejects.toMatchObject({ code: "LIMIT" });
  });
});
