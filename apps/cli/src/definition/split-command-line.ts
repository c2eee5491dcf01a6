import { suggestion } from "../errors/did-you-mean.js";
import { usageError } from "../errors/usage-error.js";
import type { CommandDefinition, OptionDefinition } from "./command-definition.js";
import { GLOBAL_OPTIONS, REMOTE_OPTIONS } from "./global-options.js";
import { optionNames } from "./option-names.js";

/** A command line after its command is found, and before its options are read. */
export interface SplitCommandLine {
  readonly command: CommandDefinition | undefined;
  /** What was written as command: one word or two, as far as it was understood. */
  readonly name: string | undefined;
  /** Everything else, options in front of the command included. */
  readonly rest: readonly string[];
  readonly wantsHelp: boolean;
  readonly wantsVersion: boolean;
}

interface Leading {
  readonly before: readonly string[];
  readonly operands: readonly string[];
  readonly wantsHelp: boolean;
  readonly wantsVersion: boolean;
}

const LEADING: readonly OptionDefinition[] = [...GLOBAL_OPTIONS, ...REMOTE_OPTIONS];

function unknownOption(word: string, known: readonly OptionDefinition[]): Error {
  const names = known.flatMap((option) => {
    const { long } = optionNames(option);
    return long === undefined ? [] : [`--${long}`];
  });
  return usageError(`unknown option ${word}${suggestion(word, names)}`, "bale --help");
}

/** Options before the command are the global ones; long names, since a short one may mean something else to a command. */
function readLeading(args: readonly string[]): Leading {
  const before: string[] = [];
  let wantsHelp = false;
  let wantsVersion = false;
  let index = 0;
  for (; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (!arg.startsWith("-") || arg === "-") break;
    if (arg === "--") {
      index++;
      break;
    }
    const [word = "", attached] = arg.startsWith("--")
      ? splitOnce(arg, "=")
      : [arg.slice(0, 2), arg.slice(2) || undefined];
    if (word === "-h" || word === "--help") wantsHelp = true;
    else if (word === "-V" || word === "--version") wantsVersion = true;
    else {
      const option = LEADING.find((each) => matches(each, word));
      if (!option) throw unknownOption(word, LEADING);
      const { long, short, takesValue } = optionNames(option);
      before.push(long === undefined ? `-${short}` : `--${long}`);
      if (takesValue) {
        const value = attached ?? args[++index];
        if (value === undefined) throw usageError(`${word} wants a value`, "bale --help");
        before.push(value);
        continue;
      }
    }
    // `-vq` is `-v -q`: what follows a short flag is looked at once more.
    if (!arg.startsWith("--") && attached !== undefined) {
      const others = readLeading([`-${attached}`, ...args.slice(index + 1)]);
      return {
        before: [...before, ...others.before],
        operands: others.operands,
        wantsHelp: wantsHelp || others.wantsHelp,
        wantsVersion: wantsVersion || others.wantsVersion,
      };
    }
  }
  return { before, operands: args.slice(index), wantsHelp, wantsVersion };
}

function splitOnce(text: string, separator: string): readonly [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function matches(option: OptionDefinition, word: string): boolean {
  const { long, short } = optionNames(option);
  return word === `--${long}` || word === `-${short}`;
}

/**
 * Finds the command. A word that begins no command is told with the one that was probably meant.
 * @throws BaleError `USAGE`
 */
export function splitCommandLine(
  args: readonly string[],
  commands: readonly CommandDefinition[],
): SplitCommandLine {
  const { before, operands, wantsHelp, wantsVersion } = readLeading(args);
  const [first, ...others] = operands;
  const wanted = { wantsHelp, wantsVersion };
  if (first === undefined) return { command: undefined, name: undefined, rest: before, ...wanted };
  const whole = commands.find((command) => command.name === first);
  if (whole) return { command: whole, name: first, rest: [...before, ...others], ...wanted };
  const group = commands.filter((command) => command.name.startsWith(`${first} `));
  if (group.length === 0) {
    const names = [...new Set(commands.map((command) => command.name.split(" ")[0] ?? ""))];
    throw usageError(`unknown command ${first}${suggestion(first, names)}`, "bale --help");
  }
  return { ...inGroup(first, group, others, before), ...wanted };
}

function inGroup(
  first: string,
  group: readonly CommandDefinition[],
  others: readonly string[],
  before: readonly string[],
): Pick<SplitCommandLine, "command" | "name" | "rest"> {
  const at = others.findIndex((word) => !word.startsWith("-"));
  const second = others[at];
  if (second === undefined) {
    const words = group.map((command) => command.name.slice(first.length + 1));
    if (others.includes("-h") || others.includes("--help"))
      return { command: undefined, name: first, rest: [...before, ...others] };
    throw usageError(`bale ${first} wants one of: ${words.join(", ")}`, `bale ${first} --help`);
  }
  const command = group.find((each) => each.name === `${first} ${second}`);
  if (command)
    return {
      command,
      name: command.name,
      rest: [...before, ...others.slice(0, at), ...others.slice(at + 1)],
    };
  const words = group.map((each) => each.name.slice(first.length + 1));
  throw usageError(`unknown command ${first} ${second}${suggestion(second, words)}`, `bale ${first} --help`);
}
