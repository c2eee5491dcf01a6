import type { AwsIdentity } from "./api/identity.js";

export interface StorageS3Options {
  /** A profile of `~/.aws/config`, before AWS_PROFILE. */
  readonly profile?: string | undefined;
  /** Keys of your own finding, in place of all that is looked for; asked again when they expire. */
  readonly credentials?: (() => Promise<AwsIdentity>) | undefined;
  /** Least bytes of a part of a multi-part upload, 5 MiB to 5 GiB. Default 5 MiB. */
  readonly partSize?: number | undefined;
  /** Parts of one upload that are on their way at once. Default 4. */
  readonly partsAtOnce?: number | undefined;
  /** Most reads and most writes at once. Default 16. */
  readonly concurrency?: number | undefined;
  /** Tries of one request, the first included. Default 5. */
  readonly tries?: number | undefined;
  /** Must reject when the signal aborts. */
  readonly sleep?: ((milliseconds: number, signal?: AbortSignal) => Promise<void>) | undefined;
  /** From 0 up to, but not including, 1. */
  readonly random?: (() => number) | undefined;
  /** Wall clock. */
  readonly now?: (() => Date) | undefined;
}
