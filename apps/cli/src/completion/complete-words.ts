import type { CommandDefinition, OptionDefinition } from "../definition/command-definition.js";
import { GLOBAL_OPTIONS, REMOTE_OPTIONS } from "../definition/global-options.js";
import { optionNames } from "../definition/option-names.js";
import { optionsOf } from "../definition/options-of.js";

export interface Candidate {
  readonly value: string;
  readonly says: string;
}
export interface Completion {
  readonly candidates: readonly Candidate[];
  /** Whether the shell should offer files, too. */
  readonly files: boolean;
}
/** What only a look at the workspace, its upstream or a registry can tell. None of them throws. */
export interface CompletionSources {
  readonly references: (typed: string) => Promise<readonly Candidate[]>;
  readonly roles: () => Promise<readonly string[]>;
  readonly layers: () => Promise<readonly string[]>;
  readonly stores: () => Promise<readonly string[]>;
  readonly topics: readonly Candidate[];
}

const NOTHING: Completion = { candidates: [], files: false };
const FILES: Completion = { candidates: [], files: true };
const SHELLS = ["bash", "zsh", "fish"];
// Names by which arguments and values of options are called in the definitions.
const REFERENCES: ReadonlySet<string> = new Set(["ref", "src", "dst", "a", "b"]);
const PATHS: ReadonlySet<string> = new Set(["path", "dir", "file", "glob"]);

const bare = (values: readonly string[]): readonly Candidate[] =>
  values.map((value) => ({ value, says: "" }));

/** `<ref>`, `[path...]`, `-C <dir>`: the name within, in lower case. */
function placeholder(syntax: string): string {
  return /[<[]([^>\].]+)/.exec(syntax)?.[1]?.toLowerCase() ?? "";
}

async function named(name: string, typed: string, sources: CompletionSources): Promise<Completion> {
  const words = name.split("|");
  if (words.some((word) => REFERENCES.has(word)))
    return { candidates: await sources.references(typed), files: words.some((word) => PATHS.has(word)) };
  if (words.some((word) => PATHS.has(word))) return FILES;
  if (name === "role") return { candidates: bare([...(await sources.roles()), "all"]), files: false };
  if (name === "layer") return { candidates: bare(await sources.layers()), files: false };
  if (name === "store") return { candidates: bare([...(await sources.stores()), "registry"]), files: false };
  if (name === "shell") return { candidates: bare(SHELLS), files: false };
  if (name === "topic") return { candidates: sources.topics, files: false };
  return NOTHING;
}

function optionCandidates(options: readonly OptionDefinition[]): readonly Candidate[] {
  return options.flatMap((option) => {
    const { long } = optionNames(option);
    return long === undefined ? [] : [{ value: `--${long}`, says: option.help }];
  });
}

function findOption(options: readonly OptionDefinition[], word: string): OptionDefinition | undefined {
  return options.find((option) => {
    const { long, short } = optionNames(option);
    return word === `--${long}` || word === `-${short}`;
  });
}

function optionValue(
  option: OptionDefinition,
  typed: string,
  sources: CompletionSources,
): Promise<Completion> {
  if (option.choices) return Promise.resolve({ candidates: bare(option.choices), files: false });
  return named(placeholder(option.flags), typed, sources);
}

/** What is left of the words before the cursor: arguments, and the option whose value is being written. */
function readWords(
  words: readonly string[],
  options: readonly OptionDefinition[],
): {
  readonly operands: readonly string[];
  readonly open: OptionDefinition | undefined;
  readonly ended: boolean;
} {
  const operands: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    if (word === "--")
      return { operands: [...operands, ...words.slice(index + 1)], open: undefined, ended: true };
    if (!word.startsWith("-") || word === "-") {
      operands.push(word);
      continue;
    }
    const option = word.includes("=") ? undefined : findOption(options, word);
    if (!option || !optionNames(option).takesValue) continue;
    if (index + 1 >= words.length) return { operands, open: option, ended: false };
    index++;
  }
  return { operands, open: undefined, ended: false };
}

function commandWords(
  commands: readonly CommandDefinition[],
  group: string | undefined,
): readonly Candidate[] {
  if (group !== undefined)
    return commands
      .filter(({ name }) => name.startsWith(`${group} `))
      .map(({ name, summary }) => ({ value: name.slice(group.length + 1), says: summary }));
  const seen = new Map<string, string>();
  for (const { name, summary } of commands) {
    const [first = "", second] = name.split(" ");
    if (!seen.has(first)) seen.set(first, second === undefined ? summary : `${first} commands`);
  }
  return [...seen].map(([value, says]) => ({ value, says }));
}

async function argument(
  command: CommandDefinition,
  position: number,
  typed: string,
  sources: CompletionSources,
): Promise<Completion> {
  const last = command.args.at(-1);
  const definition = command.args[position] ?? (last?.syntax.includes("...") ? last : undefined);
  return definition ? named(placeholder(definition.syntax), typed, sources) : NOTHING;
}

/**
 * What may stand in place of the last word, which may be empty or only begun. The shell keeps what fits.
 * Words are those after `bale`.
 */
export async function completeWords(
  words: readonly string[],
  commands: readonly CommandDefinition[],
  sources: CompletionSources,
): Promise<Completion> {
  const typed = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const leading = readWords(before, [...GLOBAL_OPTIONS, ...REMOTE_OPTIONS]);
  const [first, second] = leading.operands;
  const command =
    commands.find(({ name }) => name === first) ?? commands.find(({ name }) => name === `${first} ${second}`);
  const options = command ? optionsOf(command) : [...GLOBAL_OPTIONS];
  const { operands, open, ended } = readWords(before, options);
  if (open) return optionValue(open, typed, sources);
  const attached = /^(--[^=]+)=(.*)$/.exec(typed);
  const option = attached && !ended ? findOption(options, attached[1] ?? "") : undefined;
  if (option && attached) {
    const values = await optionValue(option, attached[2] ?? "", sources);
    return {
      ...values,
      candidates: values.candidates.map(({ value, says }) => ({ value: `${attached[1]}=${value}`, says })),
    };
  }
  if (typed.startsWith("-") && !ended) return { candidates: optionCandidates(options), files: false };
  if (command) return argument(command, operands.length - command.name.split(" ").length, typed, sources);
  return { candidates: commandWords(commands, first), files: false };
}
