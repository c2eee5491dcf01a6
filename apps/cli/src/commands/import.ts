import { basename, resolve } from "node:path";
import { absoluteReference, isArchiveName } from "../compose/named-references.js";
import { type CommandCall, clientFor, longCall } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { usageError } from "../errors/usage-error.js";
import { renderImport } from "../render/archive.js";
import { requiredReference } from "./arguments.js";

const SEE = "bale import --help";

/** The archive: its bytes when it is `-`; a file of any name, or one bundle of an archive by tag or digest. */
function sourceOf({ args, cwd, io }: CommandCall): string | AsyncIterable<Uint8Array> {
  const [text = ""] = args;
  if (text === "-") {
    if (io.stdin.isTty) throw usageError("standard input is a terminal; name a file, or use a pipe", SEE);
    return io.stdin.bytes();
  }
  return isArchiveName(text) ? absoluteReference(text, cwd) : resolve(cwd, text);
}

/** The folder that becomes a workspace when no destination is named: as `bale clone` chooses it. */
function folderOf({ args, flags, cwd }: CommandCall): string {
  const into = flags.text("into");
  if (into !== undefined) return resolve(cwd, into);
  const [text = ""] = args;
  if (text === "-") throw usageError("from standard input a destination or --into DIR is needed", SEE);
  const name = basename(text.replace(/(?:\.tar|\.tar\.gz|\.tgz)(?:[:@].*)?$/, ""));
  return resolve(cwd, name);
}

export const importCommand: CommandDefinition = {
  name: "import",
  group: "share",
  summary: "Bring an archive into a registry or layout, or make a workspace of it",
  details: [
    "The archive is read to its end and every digest is checked before anything of it is written. Archives of other tools are OCI image layouts in a tar, plain or gzip; one that bale made must be exactly what bale wrote.",
    "Without REF a workspace is made, like bale clone does. A REF with a tag takes the one bundle of the archive; without a tag, each bundle keeps its own. A tag that exists is replaced only with --force. Blobs of external stores go to their stores; into a layout, beside its own.",
  ],
  args: [
    {
      syntax: "<archive>",
      help: "FILE.tar, FILE.tar:TAG for one bundle of several, or - for standard input",
    },
    { syntax: "[ref]", help: "a registry or a layout" },
  ],
  options: [
    { flags: "--into <dir>", kind: "text", help: "make a workspace in DIR" },
    { flags: "-f, --force", kind: "flag", help: "replace tags that are elsewhere" },
    { flags: "--no-external", kind: "flag", help: "do not write to external stores" },
  ],
  examples: [
    {
      command: "bale import app.tar registry.example.com/team/app",
      says: "into another registry, with its tag",
    },
    { command: "bale import app.tar.gz", says: "a workspace in the folder app" },
    { command: "ssh build cat app.tar | bale import - oci:store:v1", says: "from elsewhere into a layout" },
  ],
  exits: [3, 4, 5, 6, 7, 8, 9, 10],
  dryRun: "supported",
  remote: true,
  run: async (call) => {
    const { flags, settings, args } = call;
    const hasDestination = args[1] !== undefined;
    if (hasDestination && flags.has("into"))
      throw usageError("an archive goes to REF or into a folder, not both", SEE);
    const destination = hasDestination ? requiredReference(call, 1) : undefined;
    const into = hasDestination ? undefined : folderOf(call);
    const source = sourceOf(call);
    const bale = await clientFor(call, destination ?? into);
    const result = await bale.import(source, destination, {
      ...longCall(call),
      into,
      force: flags.has("force"),
      external: !flags.has("no-external"),
      dryRun: settings.dryRun,
    });
    return { kind: "document", document: result, text: (style) => renderImport(style, result) };
  },
};
