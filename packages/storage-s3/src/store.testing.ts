import { createHash } from "node:crypto";
import { type BlobDriver, type Digest, digestFromHex, type PluginContext } from "@bale/spec";
import type { S3Config } from "./config.js";
import { s3Config } from "./config.js";
import { openS3 } from "./driver.js";
import { type FakeS3, type FakeS3Options, fakeS3 } from "./fake-s3.testing.js";
import type { StorageS3Options } from "./options.js";

export const ENDPOINT = "https://s3.example.org";
export const STORE = { type: "s3", bucket: "acme-bales", prefix: "blobs", endpoint: ENDPOINT } as const;
export const SECRET = "s3cr3t-key/+";
export const KEYS = {
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: SECRET,
  AWS_SESSION_TOKEN: "s3cr3t-session",
};
/** Small parts, so that a few kilobytes are many of them. */
export const SMALL_PARTS = { partSize: 1000 } as const;

export function configOf(changes: Partial<S3Config> = {}): S3Config {
  const parsed = s3Config.parse({ ...STORE, ...changes });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}
export function contextOf(fake: Pick<FakeS3, "http">): PluginContext {
  return {
    env: KEYS,
    http: fake.http,
    log: () => {},
    credentials: { id: "none", resolve: async () => undefined },
  };
}
export interface TestStore {
  readonly fake: FakeS3;
  readonly driver: BlobDriver;
  /** Milliseconds that were waited. */
  readonly pauses: number[];
}

export function driverOn(
  fake: FakeS3,
  options: StorageS3Options = {},
  changes: Partial<S3Config> = {},
  pauses: number[] = [],
): BlobDriver {
  return openS3(configOf(changes), contextOf(fake), {
    ...SMALL_PARTS,
    random: () => 0.5,
    sleep: async (milliseconds, signal) => {
      signal?.throwIfAborted();
      pauses.push(milliseconds);
    },
    ...options,
  }).driver;
}
export function storeOf(
  options: FakeS3Options & { readonly driver?: StorageS3Options; readonly config?: Partial<S3Config> } = {},
): TestStore {
  const fake = fakeS3(options);
  const pauses: number[] = [];
  return { fake, pauses, driver: driverOn(fake, options.driver, options.config, pauses) };
}

export interface Sample {
  readonly bytes: Buffer;
  readonly digest: Digest;
  readonly size: number;
}
/** Bytes that are the same in every run, and differ in every part. */
export function sample(size: number, seed = 1): Sample {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at += 32)
    createHash("sha256")
      .update(`${seed} ${at}`)
      .digest()
      .copy(bytes, at, 0, Math.min(32, size - at));
  return { bytes, size, digest: digestFromHex(createHash("sha256").update(bytes).digest("hex")) };
}
export function keyOf({ digest }: Sample): string {
  const hex = digest.slice("sha256:".length);
  return `blobs/sha256/${hex.slice(0, 2)}/${hex.slice(2, 4)}/${hex}`;
}
