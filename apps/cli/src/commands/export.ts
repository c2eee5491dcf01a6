import { resolve } from "node:path";
import type { ArchiveSink, ExportOptions, ExportResult } from "@bale/sdk";
import { absoluteReference } from "../compose/named-references.js";
import { type CommandCall, clientFor, longCall, workspaceFor } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { SELECT_OPTIONS } from "../definition/global-options.js";
import { usageError } from "../errors/usage-error.js";
import { exportSummary, renderExport } from "../render/archive.js";
import { selection } from "./arguments.js";

const SEE = "bale export --help";

/** Where the archive goes: a file, or standard output, which then holds nothing else. */
function outputOf({ flags, settings, io, cwd }: CommandCall): string | ArchiveSink {
  const output = flags.text("output");
  if (output === undefined || output === "")
    throw usageError("bale export wants --output FILE, or -o - for standard output", SEE);
  if (output !== "-") return resolve(cwd, output);
  if (settings.json)
    throw usageError("with -o - standard output is the archive, so that --json has no place", SEE);
  if (io.stdout.isTty && !settings.dryRun)
    throw usageError("an archive is not written to a terminal; name a file with -o, or use a pipe", SEE);
  return (chunk) => io.stdout.write(chunk);
}

async function exportAll(call: CommandCall, options: ExportOptions): Promise<ExportResult> {
  const references = call.args.map((text) => (text === "." ? text : absoluteReference(text, call.cwd)));
  if (!references.includes(".")) return (await clientFor(call, ...references)).export(references, options);
  if (references.length > 1)
    throw usageError("the working tree (.) is exported alone; push it, and export the references", SEE);
  return (await workspaceFor(call)).export(options);
}

export const exportCommand: CommandDefinition = {
  name: "export",
  group: "share",
  summary: "Write bundles, or other tools' artifacts, into one file",
  details: [
    "The file is an OCI image layout in a tar, which skopeo, oras and other tools open. The same manifests under the same tags give the same bytes, wherever they come from and on whatever machine; a name that ends in .gz or .tgz compresses it. Blobs in external stores are brought along, unless --no-external is given.",
    "REF . is the working tree as a push would make it. With --files the file is a plain tar of the files. Under its name the file appears whole or not at all.",
  ],
  args: [{ syntax: "<ref...>", help: "bundles, or . for the working tree" }],
  options: [
    { flags: "-o, --output <file>", kind: "text", help: "where to; - is standard output" },
    { flags: "-z, --gzip", kind: "flag", help: "compress, whatever the file is called" },
    { flags: "--files", kind: "flag", help: "a plain tar of the files" },
    { flags: "--no-external", kind: "flag", help: "leave out blobs that lie in external stores" },
    ...SELECT_OPTIONS,
  ],
  examples: [
    { command: "bale export ghcr.io/acme/app:v1 -o app.tar", says: "to carry it where no network is" },
    {
      command: "bale export ghcr.io/acme/app:v1 -o app.tar.gz --role runtime",
      says: "only one role, compressed",
    },
    { command: "bale export app:v1 tools:v3 -o both.tar", says: "two bundles in one file" },
    { command: "bale export . --files -o - | tar -tv", says: "the files of the working tree as a tar" },
  ],
  exits: [3, 4, 5, 6, 7, 8, 9, 10, 11],
  dryRun: "supported",
  remote: true,
  run: async (call) => {
    const { flags, settings } = call;
    const output = outputOf(call);
    const result = await exportAll(call, {
      ...longCall(call),
      ...selection(call),
      output,
      gzip: flags.has("gzip") ? true : undefined,
      files: flags.has("files"),
      external: !flags.has("no-external"),
      dryRun: settings.dryRun,
    });
    const isPiped = typeof output !== "string" && !settings.dryRun;
    return {
      kind: "document",
      document: result,
      text: (style) => (isPiped ? "" : renderExport(style, result)),
      hints: isPiped ? [exportSummary(result)] : [],
    };
  },
};
