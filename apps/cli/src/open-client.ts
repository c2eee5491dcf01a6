import type { Client } from "./compose/client.js";
import type { JournalOptions } from "./compose/journal.js";
import type { ClientNeed } from "./definition/command-call.js";
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
  readonly client: (need: ClientNeed) => Promise<Client>;
  readonly close: () => Promise<void>;
}

function journalOptions({ settings, io, print }: OpenClientInput): JournalOptions {
  const style = textStyle({
    color: wantsColor(io.stderr, settings.color, io.env),
    columns: io.stderr.columns,
  });
  return { style, quiet: settings.quiet, verbosity: settings.verbosity, print };
}

async function openLocal(input: OpenClientInput): Promise<Client> {
  const { createJournal, localClient } = await import("./local.js");
  return localClient(input.settings, createJournal(journalOptions(input)));
}

async function openComposed(input: OpenClientInput, need: Exclude<ClientNeed, "local">): Promise<Client> {
  const { flags, settings, io, cwd } = input;
  const { composeClient, createJournal, meantRegistries, workspaceUpstream } = await import("./work.js");
  const meant = (references: readonly (string | undefined)[]) =>
    meantRegistries({
      references,
      flags,
      env: io.env,
      defaultRegistry: settings.defaultRegistry,
      upstream: () => workspaceUpstream(cwd),
    });
  return composeClient({
    flags,
    settings,
    io,
    cwd,
    journal: createJournal(journalOptions(input)),
    registries: await meant(need.references),
    source: need.source === undefined ? undefined : await meant([need.source]),
    credentials: need.credentials,
  });
}

/** A client that is made when a command first asks for it: help, version and configuration load none of it. */
export function openClient(input: OpenClientInput): OpenedClient {
  let opened: Promise<Client> | undefined;
  return {
    client: (need) => {
      opened ??= need === "local" ? openLocal(input) : openComposed(input, need);
      return opened;
    },
    close: async () => {
      const client = await opened?.catch(() => undefined);
      await client?.[Symbol.asyncDispose]();
    },
  };
}
