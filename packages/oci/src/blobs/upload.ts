import type { BlobWriteOptions, ByteSource } from "@bale/spec";
import type { RegistryExchange } from "../registry/registry-exchange.js";

/** One blob on its way to a registry. */
export interface Upload extends BlobWriteOptions {
  readonly exchange: RegistryExchange;
  readonly source: ByteSource;
}

/** What every step of an upload may be answered and is judged by us. */
export const UPLOAD_ANSWERS: readonly number[] = [
  200, 201, 202, 204, 400, 404, 405, 409, 411, 412, 413, 416, 422, 501,
];
