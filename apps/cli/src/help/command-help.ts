import type { CommandDefinition } from "../definition/command-definition.js";
import { optionNames } from "../definition/option-names.js";
import type { TextStyle } from "../terminal/text-style.js";
import { EXIT_MEANINGS } from "./exit-meanings.js";
import { block, glossary, optionRows, paragraphs } from "./help-layout.js";

function usage({ name, args, options }: CommandDefinition): string {
  const words = [
    "bale",
    name,
    ...(options.length > 0 ? ["[flags]"] : []),
    ...args.map(({ syntax }) => syntax.replace(/[<>]/g, "").toUpperCase()),
  ];
  return `  ${words.join(" ")}\n`;
}

function globalNote({ remote, options, dryRun }: CommandDefinition): string {
  const ownU = options.some((option) => optionNames(option).short === "u");
  const remoteNote = remote
    ? ` Those for registries as well${ownU ? "; here -u is its own, and the user name is --username" : ""}.`
    : "";
  const dry = dryRun === "refused" ? " There is no --dry-run here." : "";
  return `  The flags of every command; see \`bale --help\`.${remoteNote}${dry}\n`;
}

/** `bale COMMAND --help`. */
export function commandHelp(command: CommandDefinition, style: TextStyle): string {
  const { summary, details = [], args, options, examples, exits } = command;
  const codes = [...new Set([0, 1, 2, ...exits, 130])].sort((a, b) => a - b);
  return [
    `${summary}.\n`,
    paragraphs(style, details),
    block(style, "usage", usage(command)),
    block(
      style,
      "arguments",
      glossary(
        style,
        args.map(({ syntax, help }) => [syntax.replace(/[<>[\]]/g, "").toUpperCase(), help] as const),
      ),
    ),
    block(style, "flags", `${glossary(style, optionRows(options))}${globalNote(command)}`),
    block(
      style,
      "examples",
      examples.map((example) => `  # ${example.says}\n  ${example.command}\n`).join(""),
    ),
    block(
      style,
      "exit codes",
      glossary(
        style,
        codes.map((code) => [String(code), EXIT_MEANINGS[code] ?? ""] as const),
      ),
    ),
  ].join("");
}

/** `bale config --help`: the commands that begin with a word. */
export function groupHelp(group: string, commands: readonly CommandDefinition[], style: TextStyle): string {
  const members = commands.filter(({ name }) => name.startsWith(`${group} `));
  const rows = members.map(({ name, summary }) => [name, summary] as const);
  return [
    `bale ${group} has ${members.length === 1 ? "one command" : `${members.length} commands`}.\n`,
    block(style, "usage", `  bale ${group} <command>\n`),
    block(style, "commands", glossary(style, rows)),
  ].join("");
}
