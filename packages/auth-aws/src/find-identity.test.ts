import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cloud, failure, printed } from "@bale/tooling-cloud";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { findIdentity } from "./find-identity.js";
import { at, KEYS, PRIVATE_HOST, providerOf, tokenReply } from "./sample.testing.js";

let folder: string;

/** The SDK reads the process's own environment: here it finds these files, of each test its own, and nothing of this machine. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bale-aws-"));
  for (const name of Object.keys(process.env).filter((each) => each.startsWith("AWS_")))
    vi.stubEnv(name, undefined);
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  vi.stubEnv("AWS_CONFIG_FILE", join(folder, "config"));
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(folder, "credentials"));
  vi.stubEnv("HOME", folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const FROM_FILE = "[work]\naws_access_key_id = AKIDWORK\naws_secret_access_key = s3cr3t-work\n";

describe("keys of AWS", () => {
  test("in the environment need no SDK, unless a profile is named", async () => {
    expect(await findIdentity({ env: KEYS, region: "eu-west-1" })).toEqual({
      identity: {
        accessKeyId: "AKIDEXAMPLE",
        secretAccessKey: "s3cr3t-key/+",
        sessionToken: "s3cr3t-session",
      },
      source: "AWS_ACCESS_KEY_ID",
    });
    await writeFile(join(folder, "credentials"), FROM_FILE);
    for (const options of [{ env: { ...KEYS, AWS_PROFILE: "work" } }, { env: KEYS, profile: "work" }]) {
      const found = await findIdentity({ ...options, region: "eu-west-1" });
      expect(found?.source).toBe("the AWS profile work");
      expect(found?.identity.accessKeyId).toBe("AKIDWORK");
    }
  });

  test("come from the files of AWS by the default chain", async () => {
    await writeFile(join(folder, "credentials"), FROM_FILE.replace("work", "default"));
    const found = await findIdentity({ env: {}, region: "eu-west-1" });
    expect(found?.source).toBe("the AWS default chain");
    expect(found?.identity).toMatchObject({ accessKeyId: "AKIDWORK", secretAccessKey: "s3cr3t-work" });
  });

  test("are looked for in vain where nothing is configured: a pull from ECR Public goes on without", async () => {
    expect(await findIdentity({ env: {}, region: "eu-west-1" })).toBeUndefined();
    await using aws = await cloud((asked) => tokenReply(asked));
    const provider = providerOf(aws, { env: {} });
    expect(await provider.resolve(at("public.ecr.aws"))).toBeUndefined();
    for (const request of [at("public.ecr.aws", ["push"]), at(PRIVATE_HOST)])
      expect(await failure(provider.resolve(request))).toMatchObject({
        code: "AUTH_FAILED",
        message: `no AWS credentials for ${new URL(request.origin).host}`,
      });
    expect(aws.asked).toEqual([]);
  });

  test("of a profile that does not exist are a failure that names it", async () => {
    await writeFile(join(folder, "credentials"), FROM_FILE);
    const error = await failure(findIdentity({ env: {}, profile: "wrok", region: "eu-west-1" }));
    expect(error).toMatchObject({
      code: "AUTH_FAILED",
      message: "no AWS credentials from the AWS profile wrok",
    });
    expect(printed(error)).not.toContain("s3cr3t");
  });

  test("of a program of the user's that fails are one that shows neither its call nor its words", async () => {
    await writeFile(
      join(folder, "config"),
      `[profile tool]\ncredential_process = node -e "console.error('s3cr3t-said'); process.exit(1)" s3cr3t-argument\n`,
    );
    const error = await failure(findIdentity({ env: {}, profile: "tool", region: "eu-west-1" }));
    expect(error).toMatchObject({
      code: "AUTH_FAILED",
      message: "no AWS credentials from the AWS profile tool",
    });
    expect(printed(error)).not.toContain("s3cr3t");
  });
});
