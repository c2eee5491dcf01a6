import type { RemoteRepository } from "@bale/spec";

/** One repository that nobody has written to yet; each test gets its own. */
export interface RemoteHarness extends AsyncDisposable {
  /** A client of that same repository each time: what one writes the next must read. */
  readonly open: () => Promise<RemoteRepository>;
}

/** Runs one test with a repository of its own and a client of it. */
export function withRepository(
  makeHarness: () => Promise<RemoteHarness>,
  test: (repository: RemoteRepository, harness: RemoteHarness) => Promise<void>,
): () => Promise<void> {
  return async () => {
    await using harness = await makeHarness();
    await using repository = await harness.open();
    await test(repository, harness);
  };
}
