import type { CommandCall } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { suggestion } from "../errors/did-you-mean.js";
import { usageError } from "../errors/usage-error.js";
import { commandHelp, groupHelp } from "../help/command-help.js";
import { rootHelp } from "../help/root-help.js";
import { TOPIC_SUMMARIES, type TopicName } from "../help/topic-summaries.js";
import { type TextStyle, textStyle } from "../terminal/text-style.js";

function isTopic(name: string): name is TopicName {
  return Object.hasOwn(TOPIC_SUMMARIES, name);
}

type Page = (style: TextStyle) => string;

async function pageOf({ args, commands }: CommandCall): Promise<Page> {
  const name = args.join(" ");
  if (name === "") return (style) => rootHelp(commands, style);
  const command = commands.find((each) => each.name === name);
  const isGroup = commands.some((each) => each.name.startsWith(`${name} `));
  if (isTopic(name)) {
    const { topicPage } = await import("../help/topic-page.js");
    // Two topics share their name with a command, whose own page is a flag away.
    const also = command || isGroup ? `\n\`bale ${name} --help\` explains the command.\n` : "";
    return (style) => `${topicPage(name, style)}${also}`;
  }
  if (command) return (style) => commandHelp(command, style);
  if (isGroup) return (style) => groupHelp(name, commands, style);
  const known = [...Object.keys(TOPIC_SUMMARIES), ...commands.map((each) => each.name)];
  throw usageError(`no help for ${name}${suggestion(name, known)}`, "bale --help");
}

export const help: CommandDefinition = {
  name: "help",
  group: "upkeep",
  summary: "Explain a command or a topic",
  args: [{ syntax: "[topic...]", help: `a command, or one of ${Object.keys(TOPIC_SUMMARIES).join(", ")}` }],
  options: [],
  examples: [
    { command: "bale help push", says: "a command" },
    { command: "bale help auth", says: "a topic" },
  ],
  exits: [2],
  dryRun: "reads",
  remote: false,
  run: async (call) => {
    const page = await pageOf(call);
    return {
      kind: "document",
      document: { topic: call.args.join(" "), text: page(textStyle({ color: false })) },
      text: page,
    };
  },
};
