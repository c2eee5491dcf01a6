import { type CommandDefinition, GROUPS, type GroupName } from "../definition/command-definition.js";
import { GLOBAL_OPTIONS, REMOTE_OPTIONS } from "../definition/global-options.js";
import type { TextStyle } from "../terminal/text-style.js";
import { block, glossary, optionRows } from "./help-layout.js";
import { TOPIC_SUMMARIES } from "./topic-summaries.js";

const VERSION_ROWS = [
  ["-V, --version", "print the version"],
  ["-h, --help", "print help for a command"],
] as const;

/** `bale --help`. */
export function rootHelp(commands: readonly CommandDefinition[], style: TextStyle): string {
  const groups = (Object.keys(GROUPS) as GroupName[]).map((group) =>
    block(
      style,
      GROUPS[group],
      glossary(
        style,
        commands
          .filter((command) => command.group === group)
          .map(({ name, summary }) => [name, summary] as const),
      ),
    ),
  );
  return [
    "bale keeps versions of files that git cannot hold, in any OCI registry.\n",
    `\n${style.bold("usage")}\n  bale [flags] <command>\n`,
    ...groups,
    block(style, "flags of every command", glossary(style, [...optionRows(GLOBAL_OPTIONS), ...VERSION_ROWS])),
    block(style, "flags of commands that talk to a registry", glossary(style, optionRows(REMOTE_OPTIONS))),
    block(
      style,
      "topics",
      glossary(
        style,
        Object.entries(TOPIC_SUMMARIES).map(([name, summary]) => [`help ${name}`, summary] as const),
      ),
    ),
    "\n`bale quickstart` shows the main job on sample files.\n",
  ].join("");
}
