import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { s3Config } from "./config.js";

const AWS = { type: "s3", bucket: "acme-bales", region: "eu-west-1" } as const;
const OTHER = { type: "s3", bucket: "acme-bales", endpoint: "https://s3.example.org" } as const;

function issuesOf(input: unknown): readonly string[] {
  const parsed = s3Config.parse(input);
  return parsed.ok ? [] : parsed.error.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe("a store in S3", () => {
  it.each([
    AWS,
    { ...AWS, prefix: "blobs" },
    { ...AWS, prefix: "team/models.v2/x_y-z", region: "us-gov-west-1" },
    { ...AWS, bucket: "a.b-c.9", region: "ap-southeast-5" },
    { ...AWS, bucket: "point-abcdef123-s3alias", region: "eusc-de-east-1" },
    { ...AWS, dualstack: true, accelerate: true },
    { ...AWS, encryption: "AES256", storageClass: "STANDARD_IA" },
    {
      ...AWS,
      encryption: "aws:kms",
      kmsKey: "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    },
    { ...AWS, encryption: "aws:kms:dsse", kmsKey: "alias/bales" },
    { ...AWS, publicReads: true },
    { ...AWS, requesterPays: true },
    OTHER,
    { ...OTHER, region: "auto", pathStyle: false, checksums: true },
    { ...OTHER, endpoint: "https://minio.example.org:9000" },
    { ...OTHER, endpoint: "http://127.0.0.1:9000" },
    { ...OTHER, endpoint: "http://localhost:9000" },
    { ...OTHER, endpoint: "http://[::1]:9000" },
  ])("may be %j", (input) => {
    expect(s3Config.parse(input)).toEqual({ ok: true, value: input });
  });

  it.each([
    "ab",
    "a".repeat(64),
    "Acme",
    "acme_bales",
    "-acme",
    "acme-",
    ".acme",
    "acme.",
    "ac..me",
    "ac.-me",
    "ac-.me",
    "192.168.5.4",
    "xn--acme",
    "sthree-acme",
    "amzn-s3-demo-acme",
    "acme--x-s3",
    "acme--ol-s3",
    "acme--table-s3",
    "acme.mrap",
    "acme/bales",
    "acme bales",
    "acme\n",
    "acme:bales",
    "arn:aws:s3:::acme",
    "",
  ])("may not be in the bucket %j", (bucket) => {
    expect(issuesOf({ ...AWS, bucket })).toEqual([expect.stringMatching(/^bucket: /)]);
  });

  it.each([
    "",
    "/a",
    "a/",
    "a//b",
    "..",
    "a/../b",
    ".hidden",
    "-x",
    "a b",
    "a\\b",
    "~",
    "ü",
    "a?b",
    "a#b",
    "a%2fb",
    "a".repeat(300),
  ])("may not have the prefix %j", (prefix) => {
    expect(issuesOf({ ...AWS, prefix })).toEqual([expect.stringMatching(/^prefix: /)]);
  });

  it.each(["auto", "evil", "eu-west-1.evil.org", "EU-WEST-1", "eu_west_1", "eu-west-1/", "", "eu-west-1\n"])(
    "may not be in the region %j of AWS",
    (region) => {
      expect(issuesOf({ ...AWS, region })).toEqual([expect.stringMatching(/^region: /)]);
    },
  );

  it.each([
    ["http://s3.example.org", "plain http"],
    ["http://10.0.0.1:9000", "plain http"],
    ["http://127.0.0.1.example.org", "plain http"],
    ["ftp://s3.example.org", "neither https nor http"],
    ["s3.example.org", "no address"],
    ["https://user@s3.example.org", "a user or a password"],
    ["https://user:secret@s3.example.org", "a user or a password"],
    ["https://s3.example.org/", "plain form"],
    ["https://s3.example.org/bucket", "more than a host"],
    ["https://s3.example.org?x=1", "more than a host"],
    ["https://s3.example.org?", "more than a host"],
    ["https://s3.example.org#", "more than a host"],
    ["https://S3.example.org", "plain form"],
    ["https://s3.example.org:443", "plain form"],
    ["https://s3.example.org\n", "plain form"],
    ["https://0x7f.1", "plain form"],
    [`https://${"a".repeat(400)}.org`, "no address"],
  ])("may not have the endpoint %j", (endpoint, reason) => {
    expect(issuesOf({ ...OTHER, endpoint })).toEqual([expect.stringContaining(reason)]);
  });

  it.each([
    [{ type: "s3", bucket: "acme" }, ["region: is missing"]],
    [{ ...AWS, type: "fs" }, ['type: is not "s3"']],
    [{ ...AWS, secretAccessKey: "x" }, ["secretAccessKey: is no member of such a store"]],
    [{ ...AWS, pathStyle: "yes" }, ["pathStyle: is neither true nor false"]],
    [{ ...AWS, bucket: 5, prefix: true }, ["bucket: is no text", "prefix: is no text"]],
    [{ ...AWS, encryption: "none" }, ["encryption: is none of AES256, aws:kms and aws:kms:dsse"]],
    [{ ...AWS, kmsKey: "alias/x" }, ["kmsKey: needs an encryption by aws:kms or aws:kms:dsse"]],
    [{ ...AWS, encryption: "aws:kms", kmsKey: "a b" }, [expect.stringMatching(/^kmsKey: is no key/)]],
    [{ ...AWS, storageClass: "standard" }, [expect.stringMatching(/^storageClass: is no storage class/)]],
    [{ ...AWS, storageClass: "DEEP_ARCHIVE" }, [expect.stringMatching(/^storageClass: would archive/)]],
    [{ ...AWS, accelerate: true, pathStyle: true }, [expect.stringMatching(/^accelerate: /)]],
    [{ ...AWS, accelerate: true, bucket: "a.b.c" }, [expect.stringMatching(/^accelerate: /)]],
    [{ ...AWS, publicReads: true, requesterPays: true }, [expect.stringMatching(/^publicReads: /)]],
    [
      { ...OTHER, dualstack: true, accelerate: true },
      ["dualstack: is for AWS only", "accelerate: is for AWS only"],
    ],
  ])("may not be %j", (input, issues) => {
    expect(issuesOf(input)).toEqual(issues);
  });

  it("is refused, and never throws, whatever a bundle says of it", () => {
    fc.assert(
      fc.property(fc.anything(), (input) => {
        expect(s3Config.parse(input).ok).toBe(false);
      }),
    );
  });

  it("names a host of its own and a key below its prefix, whatever passes", () => {
    const part = fc.oneof(
      fc.constantFrom("a", "b.c", "..", ".", "-", "x-y", "@", "/", ":", "?", "evil.org", "%2e"),
      fc.string({ maxLength: 4 }),
    );
    const words = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(words, words, words, (bucket, prefix, host) => {
        const input = { type: "s3", bucket: `a${bucket}z`, prefix, endpoint: `https://${host}` };
        if (!s3Config.parse(input).ok) return;
        const url = new URL(`${input.endpoint}/${input.bucket}/${prefix}/sha256`);
        expect(url.origin).toBe(input.endpoint);
        expect(url.pathname).toBe(`/${input.bucket}/${prefix}/sha256`);
        expect(new URL(`https://${input.bucket}.s3.eu-west-1.amazonaws.com`).hostname).toBe(
          `${input.bucket}.s3.eu-west-1.amazonaws.com`,
        );
      }),
      { numRuns: 500 },
    );
  });
});
