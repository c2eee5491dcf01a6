import type { LoadedUserConfig } from "@bale/workspace";

export type ProgressMode = "auto" | "tty" | "plain" | "json" | "none";
export type ColorMode = "auto" | "always" | "never";

/** What flags, BALE_* variables and the user's files say together; the first of these that speaks decides. */
export interface Settings {
  readonly json: boolean;
  readonly quiet: boolean;
  /** How often `-v` was written. */
  readonly verbosity: number;
  readonly debug: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly offline: boolean;
  readonly progress: ProgressMode;
  readonly color: ColorMode;
  readonly concurrency: number | undefined;
  readonly timeoutMs: number | undefined;
  readonly retries: number | undefined;
  readonly lockTimeoutMs: number | undefined;
  readonly fsync: "auto" | "always" | "never" | undefined;
  readonly defaultRegistry: string | undefined;
  readonly registryConfig: string | undefined;
  /** For every origin. */
  readonly caFile: string | undefined;
  /** Plugins that this command line names, beside those of the user's files. */
  readonly plugins: {
    readonly named: readonly string[];
    /** The flag or variable that switches all of them off. */
    readonly offBy: string | undefined;
  };
  readonly user: LoadedUserConfig;
}
