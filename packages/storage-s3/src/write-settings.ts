import type { S3Config } from "./config.js";

/** Whether objects are written and looked up with the checksums of S3's own. */
export function keepsChecksums({ checksums, endpoint }: S3Config): boolean {
  return checksums ?? endpoint === undefined;
}

/** Members of PutObject and CreateMultipartUpload that the configuration decides. */
export function objectSettings(config: S3Config): {
  readonly ContentType: string;
  readonly StorageClass?: "STANDARD";
  readonly ServerSideEncryption?: "AES256" | "aws:kms" | "aws:kms:dsse";
  readonly SSEKMSKeyId?: string;
} {
  const { encryption, kmsKey, storageClass } = config;
  return {
    ContentType: "application/octet-stream",
    // The SDK's type lists the classes of AWS; other providers have others, and it sends what it is given.
    ...(storageClass === undefined ? {} : { StorageClass: storageClass as "STANDARD" }),
    ...(encryption === undefined ? {} : { ServerSideEncryption: encryption }),
    ...(kmsKey === undefined ? {} : { SSEKMSKeyId: kmsKey }),
  };
}
