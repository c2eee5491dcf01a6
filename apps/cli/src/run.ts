import { statSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { BaleError, exitCodeOf } from "@bale/spec";
import { COMMANDS } from "./commands/index.js";
import type { CommandCall } from "./definition/command-call.js";
import type { CommandDefinition } from "./definition/command-definition.js";
import type { CommandResult } from "./definition/command-result.js";
import { splitCommandLine } from "./definition/split-command-line.js";
import { isBrokenPipe } from "./errors/broken-pipe.js";
import { errorDocument } from "./errors/error-document.js";
import { errorLines } from "./errors/error-lines.js";
import { usageError } from "./errors/usage-error.js";
import { commandHelp, groupHelp } from "./help/command-help.js";
import { rootHelp } from "./help/root-help.js";
import { openClient } from "./open-client.js";
import { openProgress, resolveProgressMode } from "./progress/open-progress.js";
import type { ProgressView } from "./progress/progress-view.js";
import { isAutomated } from "./settings/environment-settings.js";
import { earlySettings, readSettings } from "./settings/read-settings.js";
import type { Settings } from "./settings/settings.js";
import type { CommandIo } from "./terminal/command-io.js";
import { textStyle } from "./terminal/text-style.js";
import { wantsColor } from "./terminal/wants-color.js";
import { VERSION } from "./version.js";

/** The folder that all `-C` together lead to. */
function workingFolder(io: CommandIo, folders: readonly string[]): string {
  // An absolute -C works even where the current folder is gone.
  const cwd = folders.some(isAbsolute) ? resolve(...folders) : resolve(io.cwd, ...folders);
  if (folders.length === 0 || statSync(cwd, { throwIfNoEntry: false })?.isDirectory()) return cwd;
  throw new BaleError({
    code: "USAGE",
    message: `-C leads to no folder: ${cwd}`,
    context: { path: cwd, see: "bale --help" },
  });
}

function refuseDryRun(definition: CommandDefinition, settings: Settings): void {
  if (settings.dryRun && definition.dryRun === "refused")
    throw usageError(`bale ${definition.name} has no --dry-run`, `bale ${definition.name} --help`);
}

function openView(settings: Settings, io: CommandIo): ProgressView {
  const { stderr, env } = io;
  const mode = resolveProgressMode(settings.progress, {
    isTty: stderr.isTty,
    automated: isAutomated(env),
    dumb: env["TERM"] === "dumb",
    quiet: settings.quiet,
  });
  // Progress never waits for whoever reads it; the streams keep the order.
  const write = (text: string): void => void stderr.write(text);
  return openProgress(mode, { write, columns: () => stderr.columns ?? 80, now: io.now, every: io.every });
}

async function printResult(result: CommandResult, settings: Settings, io: CommandIo): Promise<number> {
  if (result.kind === "content") {
    for await (const chunk of result.content) await io.stdout.write(chunk);
    return 0;
  }
  if (settings.json) await io.stdout.write(`${JSON.stringify({ schemaVersion: 1, ...result.document })}\n`);
  else {
    const style = textStyle({
      color: wantsColor(io.stdout, settings.color, io.env),
      columns: io.stdout.columns,
    });
    const text = result.text(style);
    if (text !== "") await io.stdout.write(text);
  }
  if (!settings.quiet && !settings.json)
    for (const hint of result.hints ?? []) await io.stderr.write(`${hint}\n`);
  return result.exit ?? 0;
}

async function runCommand(
  definition: CommandDefinition,
  rest: readonly string[],
  io: CommandIo,
  signal: AbortSignal,
): Promise<number> {
  const { parseCommand } = await import("./definition/parse-command.js");
  const { args, flags } = parseCommand(definition, rest);
  const settings = await readSettings(flags, io);
  refuseDryRun(definition, settings);
  const cwd = workingFolder(io, flags.list("C"));
  const view = openView(settings, io);
  const opened = openClient({ flags, settings, io, cwd, print: view.print });
  const call: CommandCall = {
    args,
    commands: COMMANDS,
    flags,
    settings,
    cwd,
    io,
    signal,
    onProgress: view.onProgress,
    client: opened.client,
  };
  try {
    const result = await definition.run(call);
    if (result.kind === "document") view.close();
    return await printResult(result, settings, io);
  } finally {
    view.close();
    await opened.close();
  }
}

function wantsHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return (end < 0 ? args : args.slice(0, end)).some((arg) => arg === "-h" || arg === "--help");
}

async function dispatch(args: readonly string[], io: CommandIo, signal: AbortSignal): Promise<number> {
  const split = splitCommandLine(args, COMMANDS);
  if (split.wantsVersion) {
    await io.stdout.write(`bale ${VERSION}\n`);
    return 0;
  }
  const { command, name } = split;
  if (command && !split.wantsHelp && !wantsHelp(split.rest))
    return runCommand(command, split.rest, io, signal);
  const color = wantsColor(io.stdout, earlySettings(args, io.env).color, io.env);
  const style = textStyle({ color, columns: io.stdout.columns });
  await io.stdout.write(
    command
      ? commandHelp(command, style)
      : name === undefined
        ? rootHelp(COMMANDS, style)
        : groupHelp(name, COMMANDS, style),
  );
  return 0;
}

async function report(error: unknown, args: readonly string[], io: CommandIo): Promise<void> {
  const early = earlySettings(args, io.env);
  if (early.json) {
    await io.stdout.write(`${JSON.stringify(errorDocument(error))}\n`);
    if (!early.debug) return;
  }
  const style = textStyle({ color: wantsColor(io.stderr, early.color, io.env), columns: io.stderr.columns });
  await io.stderr.write(errorLines(error, style, { debug: early.debug }));
}

/** One command line from beginning to end; the exit code. What went wrong is printed, never thrown. */
export async function run(args: readonly string[], io: CommandIo, signal: AbortSignal): Promise<number> {
  try {
    return await dispatch(args, io, signal);
  } catch (error) {
    // Whatever a stopped command throws, why it was stopped is what counts.
    const cause: unknown = signal.aborted ? signal.reason : error;
    if (!isBrokenPipe(cause)) await report(cause, args, io);
    return exitCodeOf(cause);
  }
}
