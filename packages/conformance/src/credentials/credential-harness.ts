import type { Credential, CredentialProvider, CredentialRequest } from "@bale/spec";

/** A request and what has to be the answer to it. */
export interface KnownCredential {
  readonly request: CredentialRequest;
  readonly credential: Credential;
}
/** A provider that should answer for a request and cannot. */
export interface BrokenCredential {
  readonly provider: CredentialProvider;
  readonly request: CredentialRequest;
}

/** One source of credentials, with what the suite has to know of it; each test gets its own. */
export interface CredentialHarness extends AsyncDisposable {
  /** A provider of that same source each time: what one saves the next must find. */
  readonly open: () => Promise<CredentialProvider>;
  /**
   * What the source holds. The suite asks for neighbours of these too, which must get nothing. Secrets are texts that occur nowhere else:
   * they are searched for in all that is printed.
   */
  readonly known: readonly KnownCredential[];
  /** Every origin gets the credential of `known`, as with anonymous access. */
  readonly answersAll?: boolean | undefined;
  /** A source that is damaged, missing or fails, and is the one that should answer. */
  readonly openBroken?: (() => Promise<BrokenCredential>) | undefined;
  /** A source that does not answer before it is aborted; `started` resolves when it has been asked. */
  readonly openStalled?: (() => Promise<BrokenCredential & { readonly started: Promise<void> }>) | undefined;
  /** How often the source has been asked so far: the promise that equal questions at the same time are one. */
  readonly timesAsked?: (() => Promise<number>) | undefined;
  /** All that the storage holds and is no credential, in a form that can be compared. */
  readonly foreignContent?: (() => Promise<unknown>) | undefined;
}

/** Runs one test with a source of its own and a provider of it. */
export function withProvider(
  makeHarness: () => Promise<CredentialHarness>,
  test: (provider: CredentialProvider, harness: CredentialHarness) => Promise<void>,
): () => Promise<void> {
  return async () => {
    await using harness = await makeHarness();
    await test(await harness.open(), harness);
  };
}
