import type { CommandCall } from "./command-call.js";
import type { CommandResult } from "./command-result.js";

/** Headings of `bale --help`, in this order. */
export const GROUPS = {
  start: "start",
  work: "work on a bundle",
  share: "share it",
  look: "look, and fetch nothing but what is shown",
  trust: "trust",
  registry: "registry",
  storage: "storage",
  upkeep: "upkeep",
} as const;
export type GroupName = keyof typeof GROUPS;

export interface ArgumentDefinition {
  /** As commander reads it: `<ref>`, `[ref]`, `<path...>`. */
  readonly syntax: string;
  readonly help: string;
}
/**
 * - `flag`: present or not. `count`: as often as it is written.
 * - `text`, `number` (a whole one), `duration` (milliseconds; `30s` is written): the last value counts.
 * - `list`: every value counts.
 */
export type OptionKind = "flag" | "count" | "text" | "number" | "duration" | "list";
export interface OptionDefinition {
  /** As commander reads it: `-t, --tag <tag>`. */
  readonly flags: string;
  readonly kind: OptionKind;
  readonly help: string;
  readonly choices?: readonly string[] | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}
export interface ExampleDefinition {
  readonly command: string;
  readonly says: string;
}
export interface CommandDefinition {
  /** `push`, or two words for a command of a group: `config get`. */
  readonly name: string;
  readonly group: GroupName;
  /** One sentence, without a full stop. */
  readonly summary: string;
  /** Paragraphs for its help page. */
  readonly details?: readonly string[] | undefined;
  readonly args: readonly ArgumentDefinition[];
  readonly options: readonly OptionDefinition[];
  readonly examples: readonly ExampleDefinition[];
  /** Exit codes that a caller meets beside 0, 1, 2 and those of a signal. */
  readonly exits: readonly number[];
  /** `reads`: changes nothing anyway. `refused`: has none, and says so instead of doing the work. */
  readonly dryRun: "supported" | "reads" | "refused";
  /** Whether it talks to registries, and so takes credentials and TLS settings. */
  readonly remote: boolean;
  readonly run: (call: CommandCall) => Promise<CommandResult>;
}
