import { describe, expect, it } from "vitest";
import { type S3Config, s3Config } from "./config.js";
import { describeStore, trustOf } from "./trust.js";

const AWS: S3Config = { type: "s3", bucket: "acme-bales", region: "eu-west-1" };
const OTHER: S3Config = {
  type: "s3",
  bucket: "acme-bales",
  prefix: "a/b",
  endpoint: "https://s3.example.org:9000",
};

describe("the trust in a store", () => {
  it.each([
    [AWS, "public", "s3://acme-bales"],
    [{ ...AWS, prefix: "blobs" }, "public", "s3://acme-bales/blobs"],
    // One place is one line: how it is reached or written makes no other of it.
    [
      { ...AWS, region: "us-east-1", dualstack: true, publicReads: true, storageClass: "STANDARD_IA" },
      "public",
      "s3://acme-bales",
    ],
    // A bucket of the same name belongs to somebody else there.
    [{ ...AWS, region: "cn-north-1" }, "public", "s3://acme-bales in cn-north-1"],
    [{ ...AWS, region: "us-gov-west-1" }, "public", "s3://acme-bales in us-gov-west-1"],
    [{ ...AWS, region: "eusc-de-east-1" }, "public", "s3://acme-bales in eusc-de-east-1"],
    [{ ...AWS, requesterPays: true }, "needs-consent", "s3://acme-bales requester pays"],
    [OTHER, "needs-consent", "s3://acme-bales/a/b at https://s3.example.org:9000"],
    [{ ...OTHER, region: "auto" }, "needs-consent", "s3://acme-bales/a/b at https://s3.example.org:9000"],
  ])("%j is %s", (config, kind, line) => {
    expect(trustOf(config)).toEqual({ kind, line });
  });
});

describe("what goes into the root", () => {
  it("is what a reader needs, and nothing of how blobs are written", () => {
    const written: S3Config = {
      ...AWS,
      prefix: "blobs",
      encryption: "aws:kms",
      kmsKey: "alias/x",
      storageClass: "STANDARD_IA",
      checksums: false,
    };
    expect(describeStore(written)).toEqual({ bucket: "acme-bales", prefix: "blobs", region: "eu-west-1" });
  });

  it.each([
    AWS,
    OTHER,
    { ...AWS, publicReads: true },
    { ...AWS, requesterPays: true },
    { ...OTHER, pathStyle: false },
  ])("leads to the same store: %j", (config) => {
    const parsed = s3Config.parse({ type: "s3", ...describeStore(config) });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
    expect(trustOf(parsed.value)).toEqual(trustOf(config));
  });
});
