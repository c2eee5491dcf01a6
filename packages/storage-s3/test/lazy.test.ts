import { expect, it, vi } from "vitest";

const loads = vi.hoisted(() => ({ sdk: 0, driver: 0 }));
vi.mock("@aws-sdk/client-s3", async (original) => {
  loads.sdk++;
  return original();
});
vi.mock("../src/driver.js", async (original) => {
  loads.driver++;
  return original();
});

it("loads the driver when a store is opened, and the AWS SDK when it is first asked something", async () => {
  const { storageS3 } = await import("../src/index.js");
  const { contextOf, STORE, sample } = await import("../src/store.testing.js");
  const { fakeS3 } = await import("../src/fake-s3.testing.js");
  // The test's own tools load the driver; what counts is the SDK.
  expect(loads.sdk).toBe(0);
  const [contribution] = storageS3().blobs ?? [];
  if (!contribution || !("parse" in contribution.config)) throw new Error("no contribution");
  const parsed = contribution.config.parse(STORE);
  if (!parsed.ok) throw new Error("no store");
  expect(contribution.trust(parsed.value).kind).toBe("needs-consent");
  expect(contribution.describe(parsed.value)).toMatchObject({ bucket: "acme-bales" });
  const driver = await contribution.open(parsed.value, contextOf(fakeS3()));
  driver.locate(sample(10).digest);
  expect(driver.writeRequests?.(10)).toBe(2);
  expect(loads.sdk).toBe(0);
  expect(await driver.stat(driver.locate(sample(10).digest))).toBeUndefined();
  expect(loads).toEqual({ sdk: 1, driver: 1 });
});
