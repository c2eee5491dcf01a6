import type { CommandDefinition, OptionDefinition } from "./command-definition.js";
import { GLOBAL_OPTIONS, REMOTE_OPTIONS } from "./global-options.js";
import { optionNames } from "./option-names.js";

/** A command's own options, then the global ones. A short name that the command uses itself is not global there. */
export function optionsOf(definition: CommandDefinition): readonly OptionDefinition[] {
  const own = definition.options.map(optionNames);
  const shorts = new Set(own.map(({ short }) => short));
  const names = new Set(own.map(({ name }) => name));
  const shared = [...(definition.remote ? REMOTE_OPTIONS : []), ...GLOBAL_OPTIONS]
    .filter((option) => !names.has(optionNames(option).name))
    .map((option) => {
      const { short, long } = optionNames(option);
      const clashes = short !== undefined && long !== undefined && shorts.has(short);
      return clashes ? { ...option, flags: option.flags.replace(`-${short}, `, "") } : option;
    });
  return [...definition.options, ...shared];
}
