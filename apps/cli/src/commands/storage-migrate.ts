import { longCall, workspaceFor } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { renderMigration } from "../render/storage.js";
import { referenceArgument } from "./arguments.js";

export const storageMigrate: CommandDefinition = {
  name: "storage migrate",
  group: "storage",
  summary: "Move blobs of a bundle between stores and the registry",
  details: [
    "Blobs are copied, checked, and a new manifest leads to the new place; the content digest stays, so no file of anybody changes. Without --to, the rules of bale.yaml decide. What lies in the old place stays for older versions until `bale gc --store`.",
    "A pack moves only when all files in it are chosen.",
  ],
  args: [{ syntax: "[ref]", help: "the bundle, by tag; default: the upstream" }],
  options: [
    { flags: "--to <store>", kind: "text", help: "a store of bale.yaml or of the bundle, or registry" },
    { flags: "--from <store>", kind: "text", help: "only what lies there now" },
    { flags: "--layer <layer>", kind: "list", help: "files of this layer; may be repeated" },
    { flags: "--path <glob>", kind: "list", help: "files whose whole path matches; may be repeated" },
  ],
  examples: [
    { command: "bale storage migrate --dry-run", says: "what the rules of bale.yaml would move" },
    { command: "bale storage migrate --to big --path '**/*.parquet'", says: "out of the registry" },
    { command: "bale storage migrate --from big --to registry", says: "and back" },
  ],
  exits: [2, 3, 4, 5, 6, 7, 9, 10, 11],
  dryRun: "supported",
  remote: true,
  run: async (call) => {
    const { flags } = call;
    const reference = referenceArgument(call, 0);
    const workspace = await workspaceFor(call, reference);
    const result = await workspace.migrateStorage({
      ...longCall(call),
      reference,
      to: flags.text("to"),
      from: flags.text("from"),
      layers: flags.list("layer"),
      paths: flags.list("path"),
      dryRun: call.settings.dryRun,
    });
    return { kind: "document", document: result, text: (style) => renderMigration(style, result) };
  },
};
