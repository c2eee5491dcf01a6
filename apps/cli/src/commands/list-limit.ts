import type { CommandCall } from "../definition/command-call.js";

const USUAL = 40;

/** Most lines of one list for people; `-v` shows all. */
export function listLimit(call: CommandCall): number {
  return call.settings.verbosity > 0 ? Number.POSITIVE_INFINITY : USUAL;
}
