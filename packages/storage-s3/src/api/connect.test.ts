import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BaleError } from "@bale/spec";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { S3Config } from "../config.js";
import { openS3 } from "../driver.js";
import { errorReply, type FakeS3, fakeS3 } from "../fake-s3.testing.js";
import type { StorageS3Options } from "../options.js";
import { configOf, contextOf, KEYS, keyOf, sample } from "../store.testing.js";

const blob = sample(10);
const AWS = { endpoint: undefined, region: "eu-west-1" } as const;

// The SDK's chain reads the process's environment and home folder: an empty one for each test.
let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "bale-s3-"));
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) vi.stubEnv(name, undefined);
  vi.stubEnv("HOME", home);
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(home, "credentials"));
  vi.stubEnv("AWS_CONFIG_FILE", join(home, "config"));
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true, force: true });
});

function driverWith(
  fake: FakeS3,
  env: Record<string, string>,
  config: Partial<S3Config> = AWS,
  options: StorageS3Options = {},
) {
  return openS3(configOf(config), { ...contextOf(fake), env }, { tries: 1, ...options }).driver;
}
async function askedWith(fake: FakeS3, driver: ReturnType<typeof driverWith>): Promise<string> {
  await driver.stat(driver.locate(blob.digest));
  return fake.log.at(-1)?.headers["authorization"] ?? "unsigned";
}

describe("requests are signed", () => {
  it("with the keys of the environment that the plugin is given, for the region of the store", async () => {
    const fake = fakeS3();
    expect(await askedWith(fake, driverWith(fake, KEYS))).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/s3\/aws4_request/,
    );
    expect(fake.log[0]?.headers["x-amz-security-token"]).toBe(KEYS.AWS_SESSION_TOKEN);
    expect(fake.log[0]?.url.href).toMatch(
      /^https:\/\/acme-bales\.s3\.eu-west-1\.amazonaws\.com\/blobs\/sha256\//,
    );
  });

  it("with credentials that a program passes in, before all others", async () => {
    const fake = fakeS3();
    const credentials = async () => ({
      accessKeyId: "PASSEDIN",
      secretAccessKey: "x",
      sessionToken: undefined,
    });
    expect(await askedWith(fake, driverWith(fake, KEYS, AWS, { credentials }))).toContain(
      "Credential=PASSEDIN/",
    );
  });

  it("with a profile, where one is named", async () => {
    const text =
      "[work]\naws_access_key_id = OFPROFILE\naws_secret_access_key = s3cr3t\n[home]\naws_access_key_id = OFHOME\naws_secret_access_key = s3cr3t\n";
    await writeFile(join(home, "credentials"), text);
    const fake = fakeS3();
    expect(await askedWith(fake, driverWith(fake, { ...KEYS, AWS_PROFILE: "work" }))).toContain(
      "Credential=OFPROFILE/",
    );
    const options = { profile: "home" };
    expect(await askedWith(fake, driverWith(fake, { AWS_PROFILE: "work" }, AWS, options))).toContain(
      "Credential=OFHOME/",
    );
  });

  it("with what the default chain finds", async () => {
    await writeFile(
      join(home, "credentials"),
      "[default]\naws_access_key_id = OFDEFAULT\naws_secret_access_key = s3cr3t\n",
    );
    const fake = fakeS3();
    expect(await askedWith(fake, driverWith(fake, {}))).toContain("Credential=OFDEFAULT/");
  });

  it("not at all for reads of a public store, and for its writes all the same", async () => {
    const fake = fakeS3();
    const driver = driverWith(fake, KEYS, { ...AWS, publicReads: true });
    expect(await askedWith(fake, driver)).toBe("unsigned");
    fake.objects.set(keyOf(blob), blob.bytes);
    for await (const chunk of driver.read(driver.locate(blob.digest))) expect(chunk).toHaveLength(10);
    await driver.deletion?.delete(driver.locate(blob.digest));
    expect(fake.log.map(({ method, headers }) => [method, headers["authorization"] !== undefined])).toEqual([
      ["HEAD", false],
      ["GET", false],
      ["DELETE", true],
    ]);
  });

  it("not at all where nobody has credentials, and a refusal then says so", async () => {
    const fake = fakeS3({
      fault: ({ method }) => (method === "DELETE" ? errorReply(403, "AccessDenied") : undefined),
    });
    const driver = driverWith(fake, {});
    expect(await askedWith(fake, driver)).toBe("unsigned");
    await expect(driver.deletion?.delete(driver.locate(blob.digest))).rejects.toMatchObject({
      code: "DENIED",
      why: expect.stringContaining("asked with no credentials, since none were found"),
    });
  });
});

describe("credentials that cannot be had", () => {
  it.each([
    ["a profile that is not there", { AWS_PROFILE: "nobody" }, {}, "the AWS profile nobody"],
    [
      "a program's own that fail",
      {},
      { credentials: async () => Promise.reject(new Error("the vault is locked")) },
      "the credentials passed in",
    ],
  ])("%s are AUTH_FAILED, and nothing is asked", async (_, env, options, source) => {
    const fake = fakeS3();
    const driver = driverWith(fake, env, AWS, options);
    const failure = driver.stat(driver.locate(blob.digest));
    await expect(failure).rejects.toMatchObject({
      code: "AUTH_FAILED",
      message: expect.stringContaining(source),
    });
    expect(fake.log).toEqual([]);
  });

  it("never show what a program of the user's printed", async () => {
    await writeFile(
      join(home, "config"),
      "[profile broken]\ncredential_process = echo s3cr3t-output; false\n",
    );
    const fake = fakeS3();
    const driver = driverWith(fake, { AWS_PROFILE: "broken" });
    const error: unknown = await driver.stat(driver.locate(blob.digest)).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: "AUTH_FAILED" });
    expect(`${(error as BaleError).message} ${(error as BaleError).why}`).not.toContain("s3cr3t");
  });
});

describe("a store is where it is described to be", () => {
  it("whatever endpoint or region the environment or a profile would lead to", async () => {
    vi.stubEnv("AWS_ENDPOINT_URL", "https://elsewhere.example.org");
    vi.stubEnv("AWS_ENDPOINT_URL_S3", "https://elsewhere.example.org");
    vi.stubEnv("AWS_REGION", "us-west-2");
    await writeFile(
      join(home, "config"),
      "[default]\nregion = us-west-2\nendpoint_url = https://elsewhere.example.org\n",
    );
    const fake = fakeS3();
    await askedWith(fake, driverWith(fake, KEYS));
    expect(fake.log[0]?.url.host).toBe("acme-bales.s3.eu-west-1.amazonaws.com");
  });

  it.each([
    [{ ...AWS, pathStyle: true }, "https://s3.eu-west-1.amazonaws.com/acme-bales/blobs/"],
    [{ ...AWS, dualstack: true }, "https://acme-bales.s3.dualstack.eu-west-1.amazonaws.com/blobs/"],
    [{ ...AWS, accelerate: true }, "https://acme-bales.s3-accelerate.amazonaws.com/blobs/"],
    [{ ...AWS, region: "cn-north-1" }, "https://acme-bales.s3.cn-north-1.amazonaws.com.cn/blobs/"],
    [{ ...AWS, bucket: "acme.bales" }, "https://s3.eu-west-1.amazonaws.com/acme.bales/blobs/"],
    [{}, "https://s3.example.org/acme-bales/blobs/"],
    [{ pathStyle: false }, "https://acme-bales.s3.example.org/blobs/"],
    [{ endpoint: "http://127.0.0.1:9000" }, "http://127.0.0.1:9000/acme-bales/blobs/"],
  ])("%j is %s", async (config, address) => {
    const fake = fakeS3();
    await askedWith(fake, driverWith(fake, KEYS, config));
    expect(fake.log[0]?.url.href.startsWith(address)).toBe(true);
  });
});
