import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { suggestion } from "../errors/did-you-mean.js";
import { usageError } from "../errors/usage-error.js";
import type { CommandDefinition, OptionDefinition } from "./command-definition.js";
import { type Flags, type FlagValue, flagsOf } from "./flags.js";
import { optionNames } from "./option-names.js";
import { optionsOf } from "./options-of.js";
import { parseDuration } from "./parse-duration.js";

export interface ParsedCommand {
  readonly args: readonly string[];
  readonly flags: Flags;
}

function wholeNumber(text: string, { min = 0, max = Number.MAX_SAFE_INTEGER }: OptionDefinition): number {
  const value = Number(text);
  if (/^[0-9]{1,15}$/.test(text) && value >= min && value <= max) return value;
  throw new InvalidArgumentError(`it must be a whole number from ${min} to ${max}`);
}

function duration(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds !== undefined) return milliseconds;
  throw new InvalidArgumentError("it must be a time such as 500ms, 30s or 2m");
}

function choice(text: string, choices: readonly string[]): string {
  if (choices.includes(text)) return text;
  throw new InvalidArgumentError(`it must be one of ${choices.join(", ")}`);
}

/** What one more value of an option makes of those before. */
function accept(definition: OptionDefinition, text: string, before: FlagValue | undefined): FlagValue {
  switch (definition.kind) {
    case "flag":
      return true;
    case "count":
      return (typeof before === "number" ? before : 0) + 1;
    case "number":
      return wholeNumber(text, definition);
    case "duration":
      return duration(text);
    case "text":
      return definition.choices ? choice(text, definition.choices) : text;
    case "list":
      return [...(Array.isArray(before) ? (before as readonly string[]) : []), text];
  }
}

function buildCommand(definition: CommandDefinition, values: Map<string, FlagValue>): Command {
  const command = new Command(definition.name)
    .exitOverride()
    .configureOutput({ writeOut: () => {}, writeErr: () => {} })
    .helpOption(false)
    .showSuggestionAfterError(false)
    .allowExcessArguments(false)
    // The values are taken from the map; the action only has to exist for arguments to be checked.
    .action(() => {});
  for (const each of definition.args) command.argument(each.syntax, each.help);
  for (const each of optionsOf(definition)) {
    const option = new Option(each.flags, each.help);
    const { name, takesValue } = optionNames(each);
    if (takesValue)
      option.argParser((text: string) => values.set(name, accept(each, text, values.get(name))));
    else command.on(`option:${option.name()}`, () => values.set(name, accept(each, "", values.get(name))));
    command.addOption(option);
  }
  return command;
}

function quoted(message: string): string {
  return /'([^']*)'/.exec(message)?.[1] ?? "";
}

/** Commander's words as ours. */
function translate(error: CommanderError, definition: CommandDefinition): Error {
  const see = `bale ${definition.name} --help`;
  const word = quoted(error.message);
  switch (error.code) {
    case "commander.unknownOption": {
      const known = [
        "--help",
        ...optionsOf(definition)
          .flatMap((option) => optionNames(option).long ?? [])
          .map((name) => `--${name}`),
      ];
      return usageError(`unknown option ${word}${suggestion(word.replace(/=.*/s, ""), known)}`, see);
    }
    case "commander.missingArgument":
      return usageError(`bale ${definition.name} wants ${word.toUpperCase()}`, see);
    case "commander.optionMissingArgument":
      return usageError(`${word.replace(/ <.*/, "").replace(/^.*, /, "")} wants a value`, see);
    case "commander.excessArguments":
      return usageError(`bale ${definition.name} takes fewer arguments`, see);
    default:
      return usageError(error.message.replace(/^error: /, ""), see);
  }
}

/** Reads what follows a command. @throws BaleError `USAGE` */
export function parseCommand(definition: CommandDefinition, rest: readonly string[]): ParsedCommand {
  const values = new Map<string, FlagValue>();
  const command = buildCommand(definition, values);
  try {
    command.parse([...rest], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) throw translate(error, definition);
    throw error;
  }
  return { args: command.args, flags: flagsOf(values) };
}
