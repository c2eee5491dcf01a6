import type { Digest, LongCallOptions } from "@bale/spec";
import type { PullCommandOptions } from "../pull/pull-options.js";

/** What a new workspace is made with. */
export interface InitCommandOptions {
  readonly directory: string;
  readonly reference?: string | undefined;
  readonly artifactType?: string | undefined;
}
/** What was made, and what was there already. */
export interface InitCommandResult {
  readonly root: string;
  readonly created: readonly string[];
  readonly kept: readonly string[];
}
export interface CloneOptions
  extends Pick<PullCommandOptions, "roles" | "layers" | "paths" | "platform" | "concurrency">,
    LongCallOptions {
  readonly reference: string;
  /** Default: the last part of the repository's name. */
  readonly directory?: string | undefined;
  /** Folder that a relative directory is in. */
  readonly cwd: string;
}
export interface AddOptions extends LongCallOptions {
  readonly cwd: string;
  readonly force?: boolean | undefined;
  readonly follow?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
}
export interface RemoveOptions extends LongCallOptions {
  readonly cwd: string;
  readonly delete?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
}
/** A file that a command put aside, so that `restore` can bring it back. */
export interface ReplacedFile {
  readonly path: string;
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly reason: string;
  readonly size: number;
  readonly digest?: Digest | undefined;
}
