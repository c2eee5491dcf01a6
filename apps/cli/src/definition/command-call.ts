import type { Bale, BaleWorkspace } from "@bale/sdk";
import type { CredentialProvider, ProgressSink } from "@bale/spec";
import type { Client } from "../compose/client.js";
import type { Settings } from "../settings/settings.js";
import type { CommandIo } from "../terminal/command-io.js";
import type { CommandDefinition } from "./command-definition.js";
import type { Flags } from "./flags.js";

/**
 * What a command's client must reach: nothing but this disk (`local`), or what its references lead to. `undefined` stands for a reference that was
 * left out, which means the upstream; `source` is that of a copy, where it has settings of its own.
 */
export type ClientNeed =
  | "local"
  | {
      readonly references: readonly (string | undefined)[];
      readonly source?: string | undefined;
      /** In place of those that the command line, the environment and files have; told the origins of the references. */
      readonly credentials?: ((origins: readonly string[]) => CredentialProvider) | undefined;
    };

/** One run of a command: what was written on the command line, and what it may use. */
export interface CommandCall {
  readonly args: readonly string[];
  /** Every command there is: what help explains. */
  readonly commands: readonly CommandDefinition[];
  readonly flags: Flags;
  readonly settings: Settings;
  /** Where the command works: the current folder, after every `-C`. */
  readonly cwd: string;
  readonly io: CommandIo;
  readonly signal: AbortSignal;
  readonly onProgress: ProgressSink;
  /** Makes the client at the first call; whoever runs the command closes it. */
  readonly client: (need: ClientNeed) => Promise<Client>;
}

/** What everything long takes. */
export function longCall(call: CommandCall): {
  readonly signal: AbortSignal;
  readonly onProgress: ProgressSink;
  readonly concurrency: number | undefined;
} {
  return { signal: call.signal, onProgress: call.onProgress, concurrency: call.settings.concurrency };
}

/** The client for what the command line names. */
export async function clientFor(
  call: CommandCall,
  ...references: readonly (string | undefined)[]
): Promise<Bale> {
  return (await call.client({ references })).bale;
}

/** The workspace at or above the working folder, and the client for what the command line names. @throws BaleError `NOT_A_WORKSPACE` */
export async function workspaceFor(
  call: CommandCall,
  ...references: readonly (string | undefined)[]
): Promise<BaleWorkspace> {
  return (await clientFor(call, ...references)).workspace(call.cwd);
}

/** The same workspace, for work that makes no request. @throws BaleError `NOT_A_WORKSPACE` */
export async function localWorkspace(call: CommandCall): Promise<BaleWorkspace> {
  return (await call.client("local")).bale.workspace(call.cwd);
}
