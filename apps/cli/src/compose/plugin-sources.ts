import type { CredentialProvider } from "@bale/spec";

/** Sources of credentials that plugins contribute. */
export interface PluginSources {
  /** All of them, each asked for the hosts that it can know. */
  readonly provider: CredentialProvider;
  /** One of them, with what the user has set for it. @throws BaleError `UNSUPPORTED` where no plugin contributes it */
  readonly open: (id: string, config: unknown) => Promise<CredentialProvider>;
}
