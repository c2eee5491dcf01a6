/** The operations of S3 that the driver uses, and the permission that each of them needs. */
export const PERMISSIONS = {
  HeadObject: "s3:GetObject and s3:ListBucket",
  GetObject: "s3:GetObject",
  PutObject: "s3:PutObject",
  DeleteObject: "s3:DeleteObject",
  ListObjectsV2: "s3:ListBucket",
  CreateMultipartUpload: "s3:PutObject",
  UploadPart: "s3:PutObject",
  CompleteMultipartUpload: "s3:PutObject",
  AbortMultipartUpload: "s3:AbortMultipartUpload",
  ListParts: "s3:ListMultipartUploadParts",
  ListMultipartUploads: "s3:ListBucketMultipartUploads",
} as const;

export type Operation = keyof typeof PERMISSIONS;

const READS: ReadonlySet<Operation> = new Set(["HeadObject", "GetObject", "ListObjectsV2"]);

/** Whether an operation changes nothing, so that a store with public reads needs no signature for it. */
export function isRead(operation: Operation): boolean {
  return READS.has(operation);
}
