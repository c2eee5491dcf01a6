import type { OptionDefinition } from "./command-definition.js";

export interface OptionNames {
  /** By which its value is asked for: the long name without dashes; `C` for `-C`, which has none. */
  readonly name: string;
  readonly long: string | undefined;
  readonly short: string | undefined;
  readonly takesValue: boolean;
}

/** What `-t, --tag <tag>` says. */
export function optionNames({ flags }: OptionDefinition): OptionNames {
  const words = flags.split(/[ ,]+/);
  const long = words.find((word) => word.startsWith("--"))?.slice(2);
  const short = words.find((word) => /^-[A-Za-z]$/.test(word))?.slice(1);
  return { name: long ?? short ?? "", long, short, takesValue: flags.includes("<") };
}
