import type { GcStoreReport, GcUploadsReport } from "@bale/sdk";
import { type CommandCall, localWorkspace, longCall, workspaceFor } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { usageError } from "../errors/usage-error.js";
import { renderGc, renderGcStore, renderGcUploads } from "../render/upkeep.js";

function storeCall(call: CommandCall) {
  return { ...longCall(call), dryRun: call.settings.dryRun };
}

function storeDocument({ nextAtMs, ...report }: GcStoreReport) {
  return { ...report, ...(nextAtMs === undefined ? {} : { nextAt: new Date(nextAtMs).toISOString() }) };
}

async function collectStores(call: CommandCall, names: readonly string[]): Promise<readonly GcStoreReport[]> {
  const { gcMarks } = await import("../work.js");
  const workspace = await workspaceFor(call, undefined);
  const reports: GcStoreReport[] = [];
  for (const name of names)
    reports.push(
      await workspace.gcStore(name, {
        ...storeCall(call),
        marks: gcMarks(call.io),
        graceMs: call.flags.number("grace"),
        forget: call.flags.list("forget"),
      }),
    );
  return reports;
}

async function collectUploads(
  call: CommandCall,
  names: readonly string[],
): Promise<readonly GcUploadsReport[]> {
  const workspace = await workspaceFor(call, undefined);
  return workspace.gcUploads(names, { ...storeCall(call), olderThanMs: call.flags.number("grace") });
}

export const gc: CommandDefinition = {
  name: "gc",
  group: "upkeep",
  summary: "Remove what nobody needs any more, here or in a store",
  details: [
    "Alone, it looks at .bale: files that commands put aside for `bale restore`, staged packs, leftovers of stopped commands, and parts of old indexes. No tracked file is touched.",
    "With --store, it reads every tag of every repository that uses the store, and all they came from. Blobs that none of them needs are marked; a later run removes those that were marked for the time of --grace. Where one user cannot be read, nothing is removed.",
    "With --uploads, it gives up uploads that were begun and never finished.",
  ],
  args: [],
  options: [
    { flags: "--store <name>", kind: "list", help: "collect in this store; may be repeated" },
    {
      flags: "--uploads",
      kind: "flag",
      help: "give up unfinished uploads, in all stores or in those of --store",
    },
    {
      flags: "--grace <time>",
      kind: "duration",
      help: "how long blobs must have been marked (1h), or uploads have lain (24h)",
    },
    { flags: "--forget <user>", kind: "list", help: "a repository that is gone for good; may be repeated" },
  ],
  examples: [
    { command: "bale gc --dry-run", says: "see how much it is" },
    { command: "bale gc", says: "remove it" },
    {
      command: "bale gc --store big",
      says: "mark what is unused there; again after the grace, to remove it",
    },
    { command: "bale gc --uploads --grace 7d", says: "what has lain unfinished for a week" },
  ],
  exits: [2, 3, 4, 6, 7, 8, 9, 10],
  dryRun: "supported",
  remote: true,
  run: async (call) => {
    const { dryRun } = call.settings;
    const stores = call.flags.list("store");
    if (call.flags.has("uploads")) {
      const uploads = await collectUploads(call, stores);
      return {
        kind: "document",
        document: { uploads, dryRun },
        text: (style) => renderGcUploads(style, uploads, dryRun),
      };
    }
    if (stores.length > 0) {
      const reports = await collectStores(call, stores);
      return {
        kind: "document",
        document: { stores: reports.map(storeDocument), dryRun },
        text: (style) => renderGcStore(style, reports, dryRun),
      };
    }
    if (call.flags.has("grace") || call.flags.list("forget").length > 0)
      throw usageError("--grace and --forget are for --store and --uploads", "bale gc --help");
    const workspace = await localWorkspace(call);
    const report = await workspace.gc({ dryRun, signal: call.signal, onProgress: call.onProgress });
    return {
      kind: "document",
      document: { ...report, dryRun },
      text: (style) => renderGc(style, report, dryRun),
    };
  },
};
