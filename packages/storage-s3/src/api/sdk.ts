import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";

export type S3Sdk = Pick<
  typeof import("@aws-sdk/client-s3"),
  | "AbortMultipartUploadCommand"
  | "CompleteMultipartUploadCommand"
  | "CreateMultipartUploadCommand"
  | "DeleteObjectCommand"
  | "GetObjectCommand"
  | "HeadObjectCommand"
  | "ListMultipartUploadsCommand"
  | "ListObjectsV2Command"
  | "ListPartsCommand"
  | "PutObjectCommand"
  | "S3Client"
  | "UploadPartCommand"
>;

/**
 * What is used of the SDK. This module alone imports it, by name, and is itself imported when it is needed: the SDK is CommonJS, and a bundler
 * gives a late import of such a module nothing but a default export (esbuild: "S3Client is not a constructor").
 */
export const sdk: S3Sdk = {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
};
