import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { VerifyResult } from "@bale/sdk";
import { ERROR_TABLE, isErrorCode } from "@bale/spec";
import { type CommandCall, clientFor, longCall } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { SELECT_OPTIONS } from "../definition/global-options.js";
import { renderVerify } from "../render/upkeep.js";
import { requiredReference, selection } from "./arguments.js";

const INTEGRITY = 5;

/** One kind of problem has its own code; several kinds are damage. */
function exitOf({ problems }: VerifyResult): number {
  const codes = new Set(problems.map(({ code }) => (isErrorCode(code) ? ERROR_TABLE[code].exit : INTEGRITY)));
  if (codes.size === 0) return 0;
  const [only] = codes;
  return codes.size === 1 && only !== undefined ? only : INTEGRITY;
}

/** Without an argument, or with that of a folder, what is on disk; else a reference. */
function folderOf(call: CommandCall): string | undefined {
  const [named] = call.args;
  if (named === undefined) return call.cwd;
  const folder = resolve(call.cwd, named);
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? folder : undefined;
}

export const verify: CommandDefinition = {
  name: "verify",
  group: "trust",
  summary: "Check files, layers and blobs against their digests",
  details: [
    "In a workspace, or a folder that `bale ensure` filled: the files against their digests. Of a reference: manifest, index and layers, and whether every blob is there; with --deep every blob is read.",
    "With --role, the layer digests of that role are proved.",
  ],
  args: [
    {
      syntax: "[ref-or-dir]",
      help: "a reference, a workspace, or a folder that ensure filled; default: the workspace here",
    },
  ],
  options: [{ flags: "--deep", kind: "flag", help: "read every blob" }, ...SELECT_OPTIONS],
  examples: [
    { command: "bale verify", says: "the files here" },
    { command: "bale verify ghcr.io/acme/app:v1 --deep", says: "every byte in the registry" },
    { command: "bale verify ghcr.io/acme/app:v1 --role runtime", says: "the layers of a role" },
  ],
  exits: [3, 4, 5, 7, 10, 11],
  dryRun: "reads",
  remote: true,
  run: async (call) => {
    const folder = folderOf(call);
    const options = { ...longCall(call), ...selection(call), deep: call.flags.has("deep") };
    const reference = folder === undefined ? requiredReference(call, 0) : undefined;
    const bale = await clientFor(call, reference);
    const result =
      folder === undefined
        ? await bale.verify({ ...options, reference: requiredReference(call, 0) })
        : await bale.verifyFolder(folder, options);
    return {
      kind: "document",
      document: result,
      text: (style) => renderVerify(style, result),
      exit: exitOf(result),
    };
  },
};
