import type { Client } from "./compose/client.js";
import type { CommandCall } from "./definition/command-call.js";
import type { Flags } from "./definition/flags.js";
import type { Settings } from "./settings/settings.js";
import type { CommandIo } from "./terminal/command-io.js";
import { textStyle } from "./terminal/text-style.js";
import { wantsColor } from "./terminal/wants-color.js";

export interface OpenClientInput {
  readonly flags: Flags;
  readonly settings: Settings;
  readonly io: CommandIo;
  readonly cwd: string;
  /** Prints a line above the progress. */
  readonly print: (line: string) => void;
}
export interface OpenedClient {
  readonly client: CommandCall["client"];
  readonly close: () => Promise<void>;
}

/** A client that is made when a command first asks for it: help, version and configuration load none of it. */
export function openClient(input: OpenClientInput): OpenedClient {
  let opened: Promise<Client> | undefined;

  async function open(
    references: readonly (string | undefined)[],
    source: string | undefined,
  ): Promise<Client> {
    const { flags, settings, io, cwd, print } = input;
    const { composeClient, createJournal, meantRegistries, workspaceUpstream } = await import("./work.js");
    const meant = (asked: readonly (string | undefined)[]) =>
      meantRegistries({
        references: asked,
        flags,
        env: io.env,
        defaultRegistry: settings.defaultRegistry,
        upstream: () => workspaceUpstream(cwd),
      });
    const style = textStyle({
      color: wantsColor(io.stderr, settings.color, io.env),
      columns: io.stderr.columns,
    });
    return composeClient({
      flags,
      settings,
      io,
      cwd,
      journal: createJournal({ style, quiet: settings.quiet, verbosity: settings.verbosity, print }),
      registries: await meant(references),
      source: source === undefined ? undefined : await meant([source]),
    });
  }

  return {
    client: (references = [], source) => {
      opened ??= open(references, source);
      return opened;
    },
    close: async () => {
      const client = await opened?.catch(() => undefined);
      await client?.[Symbol.asyncDispose]();
    },
  };
}
