import type { Bale, BaleWorkspace } from "@bale/sdk";
import type { ProgressSink } from "@bale/spec";
import type { Client } from "../compose/client.js";
import type { Settings } from "../settings/settings.js";
import type { CommandIo } from "../terminal/command-io.js";
import type { CommandDefinition } from "./command-definition.js";
import type { Flags } from "./flags.js";

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
  /** Makes the client at the first call; whoever runs the command closes it. `references`: what the command line names; `source`: of a copy. */
  readonly client: (references?: readonly (string | undefined)[], source?: string) => Promise<Client>;
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
  return (await call.client(references)).bale;
}

/** The workspace at or above the working folder. @throws BaleError `NOT_A_WORKSPACE` */
export async function workspaceFor(
  call: CommandCall,
  ...references: readonly (string | undefined)[]
): Promise<BaleWorkspace> {
  const bale = await clientFor(call, ...references);
  return bale.workspace(call.cwd);
}
