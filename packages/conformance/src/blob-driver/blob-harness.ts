import type { BlobDriver } from "@bale/spec";

/** One storage that nobody has written to yet; each test gets its own. */
export interface BlobHarness extends AsyncDisposable {
  /** A driver of that same storage each time: what one writes the next must read. */
  readonly open: () => Promise<BlobDriver>;
  /** A driver of a place that does not exist: a bucket, a directory, a repository that nobody made. */
  readonly openMissing?: (() => Promise<BlobDriver>) | undefined;
  /** A driver whose credentials or permissions allow no write. */
  readonly openReadOnly?: (() => Promise<BlobDriver>) | undefined;
  /** Makes the backend break the next write after about so many bytes: a full disk, a connection reset. */
  readonly failAfter?: ((bytes: number) => Promise<void>) | undefined;
}

/** Runs one test with a storage of its own and a driver of it. */
export function withDriver(
  makeHarness: () => Promise<BlobHarness>,
  test: (driver: BlobDriver, harness: BlobHarness) => Promise<void>,
): () => Promise<void> {
  return async () => {
    await using harness = await makeHarness();
    await using driver = await harness.open();
    await test(driver, harness);
  };
}
