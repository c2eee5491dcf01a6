import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { BlobContribution } from "@bale/spec";
import { limitLayer, logLayer, readOnlyLayer } from "@bale/storage";
import { describe, expect, it } from "vitest";
import { fakeS3 } from "./fake-s3.testing.js";
import storageS3Default, { storageS3 } from "./index.js";
import { contextOf, driverOn, STORE } from "./store.testing.js";

const contribution = storageS3().blobs?.[0] as BlobContribution;

describe("the plugin", () => {
  it("contributes the store type s3 and nothing else, as its package.json says", () => {
    expect(storageS3()).toMatchObject({
      specVersion: 1,
      name: "@bale/storage-s3",
      blobs: [{ scheme: "s3" }],
    });
    expect(Object.keys(storageS3())).toEqual(["specVersion", "name", "blobs"]);
    const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
      bale: unknown;
    };
    expect(manifest.bale).toEqual({ specVersion: 1, blobs: ["s3"] });
    // A plugin that the user's configuration names is what its package exports by default.
    expect(storageS3Default).toBe(storageS3);
  });

  it("opens a driver without asking for anything", async () => {
    const fake = fakeS3();
    await using driver = await contribution.open({ ...STORE }, contextOf(fake));
    expect(driver).toMatchObject({
      scheme: "s3",
      verifiesDigest: false,
      limits: { partSize: 5 * 1024 * 1024 },
    });
    expect(fake.log).toEqual([]);
  });
});

describe("the marker of a user", () => {
  const user = "ghcr.io/acme/models";
  const key = `blobs/users/${createHash("sha256").update(user).digest("hex")}`;

  it("holds the name, under its digest, beside the blobs, through any layers", async () => {
    const fake = fakeS3();
    const driver = limitLayer()(logLayer({ record: () => {} })(driverOn(fake)));
    await contribution.markUser?.(driver, user);
    expect([...fake.objects].map(([name, bytes]) => [name, bytes.toString()])).toEqual([[key, user]]);
    const listed: unknown[] = [];
    for await (const item of driver.listing?.list() ?? []) listed.push(item);
    expect(listed).toEqual([]);
  });

  it("is written once, and users do not disturb each other", async () => {
    const fake = fakeS3();
    const driver = driverOn(fake);
    await contribution.markUser?.(driver, user);
    const first = fake.objects.get(key);
    await Promise.all([user, "ghcr.io/acme/other", user].map((one) => contribution.markUser?.(driver, one)));
    expect(fake.objects.get(key)).toBe(first);
    expect(fake.objects.size).toBe(2);
  });

  it("is found again, with all others, and with nothing else that lies there", async () => {
    const fake = fakeS3({ pageSize: 2 });
    const opened = await contribution.open({ ...STORE }, contextOf(fake));
    const users = Array.from({ length: 5 }, (_, index) => `ghcr.io/acme/app-${index}`);
    for (const each of users) await contribution.markUser?.(opened, each);
    fake.objects.set("blobs/users/README", Buffer.from("not ours"));
    fake.objects.set(`blobs/users/x/${"0".repeat(64)}`, Buffer.from("not ours"));
    const listed: string[] = [];
    for await (const each of contribution.listUsers?.(opened) ?? []) listed.push(each);
    expect(listed.sort()).toEqual(users);
  });

  it.each(["", "ghcr.io/acme/other", "x".repeat(5000)])(
    "that is damaged stops whoever wants to know all users: %j",
    async (content) => {
      const fake = fakeS3();
      const opened = await contribution.open({ ...STORE }, contextOf(fake));
      fake.objects.set(key, Buffer.from(content));
      const reading = (async () => {
        for await (const each of contribution.listUsers?.(opened) ?? []) expect(each).toBeUndefined();
      })();
      await expect(reading).rejects.toMatchObject({
        code: "STORE_CORRUPT",
        message: expect.stringContaining(key),
      });
    },
  );

  it("of a driver that the plugin did not open is nobody's", () => {
    expect(() => contribution.listUsers?.(driverOn(fakeS3()))).toThrow(
      expect.objectContaining({ code: "INTERNAL" }),
    );
  });

  it("that the store does not keep as it was sent, or refuses, is an error", async () => {
    const mangling = driverOn(fakeS3({ mangle: (bytes) => bytes.subarray(1) }));
    await expect(contribution.markUser?.(mangling, user)).rejects.toMatchObject({ code: "STORE_CORRUPT" });
    const readOnly = readOnlyLayer()(driverOn(fakeS3()));
    await expect(contribution.markUser?.(readOnly, user)).rejects.toMatchObject({
      code: "CAPABILITY_MISSING",
    });
  });
});
