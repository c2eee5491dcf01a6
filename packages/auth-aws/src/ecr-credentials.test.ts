import { cloud, failure, printed } from "@bale/tooling-cloud";
import { describe, expect, test } from "vitest";
import {
  at,
  errorReply,
  KEYS,
  LIFE_SECONDS,
  NOW,
  PRIVATE_HOST,
  providerOf,
  tokenReply,
} from "./sample.testing.js";
import { verifySignature } from "./verify-signature.testing.js";

describe("a token of ECR", () => {
  test("is asked of the registry's region with a good signature, and is user and password until its end", async () => {
    await using aws = await cloud((asked) => tokenReply(asked));
    const credential = await providerOf(aws).resolve(at(PRIVATE_HOST));
    expect(credential).toMatchObject({
      kind: "basic",
      username: "AWS",
      source: "AWS_ACCESS_KEY_ID",
      expiresAt: new Date(NOW + LIFE_SECONDS * 1000 + 250),
    });
    expect(credential?.kind === "basic" && credential.password.reveal()).toBe("s3cr3t-password");
    const [asked] = aws.asked;
    expect(aws.asked).toHaveLength(1);
    expect(asked).toMatchObject({
      method: "POST",
      url: "https://api.ecr.eu-west-1.amazonaws.com/",
      body: "{}",
    });
    expect(asked?.headers).toMatchObject({
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken",
      "x-amz-date": "20260102T030405Z",
      "x-amz-security-token": "s3cr3t-session",
    });
    expect(asked && verifySignature(asked, KEYS.AWS_SECRET_ACCESS_KEY)).toBe(
      "AKIDEXAMPLE 20260102/eu-west-1/ecr/aws4_request with session",
    );
    expect(asked && verifySignature(asked, "another key")).toBe("another signature");
  });

  test("of ECR Public is asked in us-east-1, in the form of that API", async () => {
    await using aws = await cloud((asked) => tokenReply(asked));
    const env = { ...KEYS, AWS_SESSION_TOKEN: "" };
    expect(await providerOf(aws, { env }).resolve(at("public.ecr.aws", ["push"]))).toMatchObject({
      username: "AWS",
    });
    const [asked] = aws.asked;
    expect(asked?.url).toBe("https://api.ecr-public.us-east-1.amazonaws.com/");
    expect(asked && verifySignature(asked, KEYS.AWS_SECRET_ACCESS_KEY)).toBe(
      "AKIDEXAMPLE 20260102/us-east-1/ecr-public/aws4_request without session",
    );
  });

  test("is asked for once for all who wait, and again shortly before it ends", async () => {
    let now = NOW;
    await using aws = await cloud((asked, count) => tokenReply(asked, `p${count}`));
    const provider = providerOf(aws, { now: () => now });
    await Promise.all([
      provider.resolve(at(PRIVATE_HOST)),
      provider.resolve(at(PRIVATE_HOST, ["push"])),
      provider.resolve({ ...at(PRIVATE_HOST), repository: "acme/other" }),
    ]);
    now += (LIFE_SECONDS - 61) * 1000;
    await provider.resolve(at(PRIVATE_HOST));
    expect(aws.asked).toHaveLength(1);
    now += 2000;
    const renewed = await provider.resolve(at(PRIVATE_HOST));
    expect(renewed?.kind === "basic" && renewed.password.reveal()).toBe("p2");
  });

  test("is for no other host, over no other scheme or port", async () => {
    await using aws = await cloud((asked) => tokenReply(asked));
    const provider = providerOf(aws);
    for (const origin of [
      `http://${PRIVATE_HOST}`,
      `https://${PRIVATE_HOST}:8443`,
      `https://${PRIVATE_HOST}.evil.example`,
      "https://ghcr.io",
    ])
      expect(await provider.resolve({ ...at(PRIVATE_HOST), origin })).toBeUndefined();
    expect(aws.asked).toEqual([]);
  });

  test("takes keys that a program passes in before all others", async () => {
    await using aws = await cloud((asked) => tokenReply(asked));
    const credentials = async () => ({ accessKeyId: "AKIDOWN", secretAccessKey: "own" });
    expect(await providerOf(aws, { credentials }).resolve(at(PRIVATE_HOST))).toMatchObject({
      source: "the credentials passed in",
    });
    const [asked] = aws.asked;
    expect(asked && verifySignature(asked, "own")).toMatch(/^AKIDOWN .* without session$/);
  });
});

describe("a failure", () => {
  test("of throttling is tried again, each time with a fresh signature, and then named", async () => {
    let now = NOW;
    const waits: number[] = [];
    await using aws = await cloud((asked, count) =>
      count < 3 ? errorReply("com.amazonaws.ecr#ThrottlingException", "Rate exceeded") : tokenReply(asked),
    );
    const options = {
      now: () => (now += 1000),
      random: () => 0.999,
      sleep: async (ms: number) => void waits.push(ms),
    };
    expect(await providerOf(aws, options).resolve(at(PRIVATE_HOST))).toBeDefined();
    expect(waits).toEqual([249, 499]);
    expect(new Set(aws.asked.map(({ headers }) => headers["authorization"])).size).toBe(3);

    await using limited = await cloud(() => errorReply("ThrottlingException", "Rate exceeded"));
    const error = await failure(providerOf(limited).resolve(at(PRIVATE_HOST)));
    expect(error).toMatchObject({ code: "RATE_LIMITED", kind: "rate-limited", retry: { kind: "safe" } });
    expect(limited.asked).toHaveLength(4);
  });

  test.each([
    ["UnrecognizedClientException", 400, "did not accept AWS_ACCESS_KEY_ID"],
    ["InvalidSignatureException", 400, "did not accept AWS_ACCESS_KEY_ID"],
    ["SomethingNew", 403, "did not accept AWS_ACCESS_KEY_ID"],
    ["ExpiredTokenException", 400, "the AWS session of AWS_ACCESS_KEY_ID has ended"],
    ["AccessDeniedException", 400, "does not let AWS_ACCESS_KEY_ID have a token"],
  ])("%s with %s is AUTH_FAILED: %s", async (type, status, words) => {
    // The service repeats the request where a signature does not match, session token included.
    const message = `The Canonical String should have been 'POST x-amz-security-token:${KEYS.AWS_SESSION_TOKEN}'`;
    await using aws = await cloud(() => errorReply(type, message, status));
    const error = await failure(providerOf(aws).resolve(at(PRIVATE_HOST)));
    expect(error.code).toBe("AUTH_FAILED");
    expect(error.message).toContain(words);
    expect(error.context).toMatchObject({ region: "eu-west-1", registry: PRIVATE_HOST, codes: [type] });
    expect(printed(error)).not.toMatch(/s3cr3t/);
    expect(aws.asked).toHaveLength(1);
  });

  test.each([
    ["a server that fails", { status: 500, body: { message: "POST with s3cr3t-session" } }, 2],
    ["an answer that is no JSON", { body: "<html>" }, 1],
    ["an answer without a token", { body: { authorizationData: [] } }, 1],
    ["a refusal that says nothing", { status: 400, body: "" }, 1],
    ["another path", { status: 404, body: {} }, 1],
  ])("of the service is AUTH_SERVICE, naming it: %s", async (_, reply, tries) => {
    await using aws = await cloud(() => reply);
    const error = await failure(providerOf(aws).resolve(at(PRIVATE_HOST)));
    expect(error.code).toBe("AUTH_SERVICE");
    expect(error.message).toBe(
      `no token for ${PRIVATE_HOST} from api.ecr.eu-west-1.amazonaws.com with AWS_ACCESS_KEY_ID`,
    );
    expect(printed(error)).not.toContain("s3cr3t");
    expect(aws.asked).toHaveLength(tries);
  });

  test("of credentials that a program passes in names them, and repeats nothing", async () => {
    await using aws = await cloud((asked) => tokenReply(asked));
    const credentials = () => Promise.reject(new Error("Command failed: tool --password s3cr3t"));
    const error = await failure(providerOf(aws, { credentials }).resolve(at(PRIVATE_HOST)));
    expect(error).toMatchObject({
      code: "AUTH_FAILED",
      message: "no AWS credentials from the credentials passed in",
      why: "the profile's credential_process failed",
    });
    expect(printed(error)).not.toContain("s3cr3t");
    expect(aws.asked).toEqual([]);
  });

  test("an abort is one, and leaves nothing behind", async () => {
    await using aws = await cloud((asked) => tokenReply(asked));
    const provider = providerOf(aws);
    const signal = AbortSignal.abort();
    expect((await failure(provider.resolve(at(PRIVATE_HOST), { signal }))).code).toBe("INTERRUPTED");
    expect(await provider.resolve(at(PRIVATE_HOST))).toBeDefined();
  });
});
