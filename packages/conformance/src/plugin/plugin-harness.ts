import type { HttpClient, PluginContext, StoreDescription } from "@bale/spec";

/** A store as it may stand in a `bale.yaml`. */
export interface SampleStore {
  readonly description: StoreDescription;
  /** What has to be said of it: whether an index may lead there without consent, and the line that a user would paste. */
  readonly trust: { readonly kind: "public" | "needs-consent"; readonly line: string };
  /** Descriptions that must be refused. */
  readonly refused?: readonly StoreDescription[] | undefined;
  /** Whether it can be opened and written to during the test. Default true. */
  readonly reachable?: boolean | undefined;
}
/** A source of credentials, with what a user may set for it. */
export interface SampleSource {
  readonly id: string;
  readonly config: unknown;
  /** Origins that it may be asked for. */
  readonly origins: readonly string[];
  /** Settings that must be refused. */
  readonly refused?: readonly unknown[] | undefined;
}
/** A plugin with what the suite has to know of it; each test gets its own. */
export interface PluginHarness extends AsyncDisposable {
  /** What the package exports by default: the plugin, or a function that gives one. */
  readonly exported: unknown;
  /** The member `bale` of its package.json, which says what it contributes; a package without one is loaded more often than needed. */
  readonly manifest?: unknown;
  readonly stores?: readonly SampleStore[] | undefined;
  readonly sources?: readonly SampleSource[] | undefined;
  /** What it may read of the environment. Default: nothing. */
  readonly env?: PluginContext["env"] | undefined;
  /** Default: one that refuses every request. */
  readonly http?: HttpClient | undefined;
  /** The user's credentials, from which it gets those for the origins in its configuration. Default: none. */
  readonly credentials?: PluginContext["credentials"] | undefined;
}

/** Runs one test with a plugin of its own. */
export function withPlugin(
  makeHarness: () => Promise<PluginHarness>,
  test: (harness: PluginHarness) => Promise<void>,
): () => Promise<void> {
  return async () => {
    await using harness = await makeHarness();
    await test(harness);
  };
}
