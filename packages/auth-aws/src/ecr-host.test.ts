import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseEcrHost } from "./ecr-host.js";

const ACCOUNT = "123456789012";

describe("parseEcrHost", () => {
  test.each([
    ["dkr.ecr.eu-west-1.amazonaws.com", "eu-west-1", "api.ecr.eu-west-1.amazonaws.com"],
    ["dkr.ecr-fips.us-east-1.amazonaws.com", "us-east-1", "api.ecr-fips.us-east-1.amazonaws.com"],
    ["dkr.ecr-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1", "api.ecr-fips.us-gov-west-1.amazonaws.com"],
    ["dkr.ecr.cn-north-1.amazonaws.com.cn", "cn-north-1", "api.ecr.cn-north-1.amazonaws.com.cn"],
    ["dkr.ecr.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1", "api.ecr.eusc-de-east-1.amazonaws.eu"],
    ["dkr-ecr.ap-southeast-5.on.aws", "ap-southeast-5", "ecr.ap-southeast-5.api.aws"],
    ["dkr-ecr-fips.us-west-2.on.aws", "us-west-2", "ecr-fips.us-west-2.api.aws"],
    [
      "dkr-ecr.cn-northwest-1.on.amazonwebservices.com.cn",
      "cn-northwest-1",
      "ecr.cn-northwest-1.api.amazonwebservices.com.cn",
    ],
  ])("%s is private, in %s, and asks %s", (rest, region, apiHost) => {
    expect(parseEcrHost(`${ACCOUNT}.${rest}`)).toMatchObject({
      kind: "private",
      region,
      apiHost,
      service: "ecr",
    });
  });

  test.each(["public.ecr.aws", "ecr-public.aws.com"])("%s is public, and asks in us-east-1", (host) => {
    expect(parseEcrHost(host)).toMatchObject({
      kind: "public",
      region: "us-east-1",
      apiHost: "api.ecr-public.us-east-1.amazonaws.com",
      service: "ecr-public",
    });
  });

  test.each([
    "ghcr.io",
    "amazonaws.com",
    "dkr.ecr.eu-west-1.amazonaws.com",
    "12345.dkr.ecr.eu-west-1.amazonaws.com",
    `${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com.evil.example`,
    `${ACCOUNT}.dkr.ecr.eu-west-1.evil.com`,
    `${ACCOUNT}.dkr.ecr.evil.example.amazonaws.com`,
    `${ACCOUNT}.dkr.ecr.eu-west-1.on.aws`,
    `${ACCOUNT}.dkr-ecr.eu-west-1.amazonaws.com`,
    `${ACCOUNT}.dkr.ecr.eu-west-1/.amazonaws.com`,
    `${ACCOUNT}.dkrxecr.eu-west-1.amazonaws.com`,
    `${ACCOUNT}.dkr.ecr..amazonaws.com`,
    `${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com\n`,
    "public.ecr.aws.evil.example",
    "x.public.ecr.aws",
    `${ACCOUNT}.dkr.ecr.eu-west-1.constructor.prototype`,
  ])("%j is none of ECR's", (host) => {
    expect(parseEcrHost(host)).toBeUndefined();
  });

  test("whatever the host, the API is one of Amazon's", () => {
    const part = fc.constantFrom(
      ACCOUNT,
      "dkr",
      "dkr-ecr",
      "ecr",
      "ecr-fips",
      "eu-west-1",
      "on",
      "aws",
      "com",
      "cn",
      "amazonaws",
      "evil",
      "@",
      "/",
      "",
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const found = parseEcrHost(parts.join("."));
        if (found)
          expect(new URL(`https://${found.apiHost}/`).host).toMatch(
            /^(?:api\.)?ecr(?:-fips|-public)?\.[a-z0-9-]+\.(?:amazonaws\.com|amazonaws\.com\.cn|api\.aws)$/,
          );
      }),
      { numRuns: 2000 },
    );
  });
});
