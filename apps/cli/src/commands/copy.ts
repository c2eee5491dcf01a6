import { registryOf } from "../compose/named-references.js";
import { type CommandCall, longCall } from "../definition/command-call.js";
import type { CommandDefinition, OptionDefinition } from "../definition/command-definition.js";
import { SELECT_OPTIONS } from "../definition/global-options.js";
import { renderCopy } from "../render/share.js";
import { requiredReference, selection } from "./arguments.js";

const FROM_OPTIONS: readonly OptionDefinition[] = [
  { flags: "--from-username <name>", kind: "text", help: "user name at the source" },
  { flags: "--from-password-stdin", kind: "flag", help: "read the source's password or token from stdin" },
  { flags: "--from-identity-token-stdin", kind: "flag", help: "read the source's identity token from stdin" },
  { flags: "--from-plain-http", kind: "flag", help: "http instead of https at the source" },
  { flags: "--from-insecure", kind: "flag", help: "do not verify the source's TLS certificate" },
  { flags: "--from-ca-file <file>", kind: "text", help: "PEM certificates to trust at the source" },
  { flags: "--from-cert-file <file>", kind: "text", help: "PEM client certificate for the source" },
  { flags: "--from-key-file <file>", kind: "text", help: "PEM key of that certificate" },
];

/** Flags without `--from-` speak of the destination; where that is no registry, of the source. */
function meant(call: CommandCall, source: string, destination: string): string {
  return registryOf(destination, call.settings.defaultRegistry) === undefined ? source : destination;
}

export const copy: CommandDefinition = {
  name: "copy",
  group: "share",
  summary: "Copy a bundle between registries, layouts and archives, byte for byte",
  details: [
    "No digest changes. With --role, --layer or --path a smaller bundle is made of the same blobs. A tag that exists at the destination is replaced only with --force.",
    "FILE.tar as a destination is an archive, as `bale export` writes it, external blobs included. --as image makes an OCI image of the files, which runtimes mount and Dockerfiles copy from; it is no bundle any more.",
    "Credentials and TLS flags are for the destination; those that begin with --from- for the source.",
  ],
  args: [
    { syntax: "<src>", help: "what to copy" },
    { syntax: "<dst>", help: "where to" },
  ],
  options: [
    { flags: "-t, --tag <tag>", kind: "list", help: "a further tag at the destination; may be repeated" },
    { flags: "-f, --force", kind: "flag", help: "replace a destination tag that is elsewhere" },
    {
      flags: "--external <how>",
      kind: "text",
      choices: ["keep", "copy", "inline"],
      help: "blobs in external stores: left there (default), taken along into a layout, or made blobs of the destination",
    },
    {
      flags: "--as <form>",
      kind: "text",
      choices: ["image"],
      help: "an image whose file system is the files",
    },
    {
      flags: "--image-platform <os/arch>",
      kind: "list",
      help: "what such an image says it is for (linux/amd64); several make an index",
    },
    ...SELECT_OPTIONS,
    ...FROM_OPTIONS,
  ],
  examples: [
    { command: "bale copy ghcr.io/acme/app:v1 oci:/mnt/share/app:v1", says: "out of a registry onto a disk" },
    { command: "bale copy oci:app:v1 registry.example.com/team/app:v1", says: "and in again elsewhere" },
    {
      command: "bale copy ghcr.io/acme/app:v1 ghcr.io/acme/app-files:v1 --as image",
      says: "for a Kubernetes image volume",
    },
    {
      command: "bale copy ghcr.io/acme/app:v1 ghcr.io/acme/app-runtime:v1 --role runtime",
      says: "a bundle of one role",
    },
  ],
  exits: [3, 4, 5, 6, 7, 9, 10, 11],
  dryRun: "supported",
  remote: true,
  run: async (call) => {
    const [source, destination] = [requiredReference(call, 0), requiredReference(call, 1)];
    const wantsOwn = FROM_OPTIONS.some(({ flags }) => call.flags.has(flags.split(" ")[0]?.slice(2) ?? ""));
    const client = await call.client({
      references: [meant(call, source, destination)],
      source: wantsOwn ? source : undefined,
    });
    const result = await client.bale.copy(source, destination, {
      ...longCall(call),
      ...selection(call),
      tags: call.flags.list("tag"),
      force: call.flags.has("force"),
      dryRun: call.settings.dryRun,
      external: call.flags.text("external") as "keep" | "copy" | "inline" | undefined,
      as: call.flags.text("as") === "image" ? "image" : undefined,
      imagePlatforms: call.flags.list("image-platform"),
      from: client.source,
    });
    return { kind: "document", document: result, text: (style) => renderCopy(style, result) };
  },
};
