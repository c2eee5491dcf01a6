/** Values of the options of one run, by long name without dashes. */
export interface Flags {
  readonly has: (name: string) => boolean;
  readonly text: (name: string) => string | undefined;
  readonly list: (name: string) => readonly string[];
  readonly number: (name: string) => number | undefined;
}

export type FlagValue = true | number | string | readonly string[];

export function flagsOf(values: ReadonlyMap<string, FlagValue>): Flags {
  return {
    has: (name) => values.has(name),
    text: (name) => {
      const value = values.get(name);
      return typeof value === "string" ? value : undefined;
    },
    list: (name) => {
      const value = values.get(name);
      return Array.isArray(value) ? (value as readonly string[]) : [];
    },
    number: (name) => {
      const value = values.get(name);
      return typeof value === "number" ? value : undefined;
    },
  };
}
