import type { CommandDefinition } from "../definition/command-definition.js";
import { usageError } from "../errors/usage-error.js";

const SHELLS = ["bash", "zsh", "fish"] as const;

export const completion: CommandDefinition = {
  name: "completion",
  group: "upkeep",
  summary: "Print a script that completes commands, options, references, tags and roles in a shell",
  details: [
    "The script asks bale itself, so it never has to be made anew. Tags are asked of the registry once a colon is written behind a repository; --offline in front keeps it from asking.",
  ],
  args: [
    { syntax: "<shell>", help: `one of ${SHELLS.join(", ")}` },
    { syntax: "[word...]", help: "used by the script, with --complete: what is written so far" },
  ],
  options: [{ flags: "--complete", kind: "flag", help: "used by the script: print what may come next" }],
  examples: [
    { command: "bale completion bash", says: "in ~/.bashrc: source <(bale completion bash)" },
    { command: "bale completion zsh", says: "the same in ~/.zshrc, after compinit" },
    { command: "bale completion fish", says: "in config.fish: bale completion fish | source" },
  ],
  exits: [2],
  dryRun: "reads",
  remote: true,
  run: async (call) => {
    const shell = SHELLS.find((each) => each === call.args[0]);
    if (!shell)
      throw usageError(
        `no completion for ${call.args[0]}: there is ${SHELLS.join(", ")}`,
        "bale completion --help",
      );
    const { completeWords, liveSources, SCRIPTS } = await import("../work.js");
    if (!call.flags.has("complete"))
      return { kind: "document", document: { shell, script: SCRIPTS[shell] }, text: () => SCRIPTS[shell] };
    const { candidates, files } = await completeWords(call.args.slice(1), call.commands, liveSources(call));
    const lines = candidates.map(({ value, says }) => (says === "" ? `${value}\n` : `${value}\t${says}\n`));
    return {
      kind: "document",
      document: { shell, candidates, files },
      text: () => `${lines.join("")}${files ? ":files\n" : ""}`,
    };
  },
};
