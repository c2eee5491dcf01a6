import { absoluteReference } from "../compose/named-references.js";
import type { CommandCall } from "../definition/command-call.js";

/** A reference of the command line, with layouts and archives as absolute paths. */
export function referenceArgument(call: CommandCall, index: number): string | undefined {
  const text = call.args[index];
  return text === undefined ? undefined : absoluteReference(text, call.cwd);
}

/** The same for an argument that the command line must have; it was checked when it was read. */
export function requiredReference(call: CommandCall, index: number): string {
  return referenceArgument(call, index) ?? "";
}

/** `--role`, `--layer`, `--path`, `--platform`. */
export function selection({ flags }: CommandCall): {
  readonly roles: readonly string[];
  readonly layers: readonly string[];
  readonly paths: readonly string[];
  readonly platform: string | undefined;
} {
  return {
    roles: flags.list("role"),
    layers: flags.list("layer"),
    paths: flags.list("path"),
    platform: flags.text("platform"),
  };
}
