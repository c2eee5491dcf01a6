import type { DiffResult } from "@bale/sdk";
import {
  type CommandCall,
  clientFor,
  localWorkspace,
  longCall,
  workspaceFor,
} from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import type { CommandResult } from "../definition/command-result.js";
import { SELECT_OPTIONS } from "../definition/global-options.js";
import { usageError } from "../errors/usage-error.js";
import { renderDiff, renderDiffStat, renderNameOnly, renderPatch } from "../render/diff.js";
import type { TextStyle } from "../terminal/text-style.js";
import { referenceArgument, selection } from "./arguments.js";
import { listLimit } from "./list-limit.js";
import { HTML_OPTION, pageFile, pageMakings, pageResult } from "./page-result.js";

const FORMS = ["stat", "name-only", "patch"] as const;

function text(call: CommandCall, result: DiffResult, style: TextStyle): string {
  const { flags } = call;
  if (flags.has("stat")) return renderDiffStat(style, result);
  if (flags.has("name-only")) return renderNameOnly(result);
  return flags.has("patch") ? renderPatch(style, result) : renderDiff(style, result, listLimit(call));
}

function isDifferent({ changes, verdicts }: DiffResult): boolean {
  return verdicts ? verdicts.some(({ verdict }) => verdict !== "in-sync") : changes.length > 0;
}

/** What is fetched for the text diffs of a page, which would not hold many more. */
const PAGE_TEXTS = { files: 500, bytes: 64 * 1024 * 1024 };

/** A page has text diffs unless it is asked to make no request, or for sizes or names alone. */
function wantsTexts({ flags, settings }: CommandCall): boolean {
  if (flags.has("patch")) return true;
  return flags.has("html") && !flags.has("stat") && !flags.has("name-only") && !settings.offline;
}

async function compare(call: CommandCall): Promise<DiffResult> {
  const { flags } = call;
  const [a, b] = [referenceArgument(call, 0), referenceArgument(call, 1)];
  const options = {
    ...longCall(call),
    ...selection(call),
    patch: wantsTexts(call),
    patchLimit: flags.has("patch") ? undefined : PAGE_TEXTS,
    remote: flags.has("remote"),
  };
  if (a !== undefined && b !== undefined) {
    if (flags.has("remote"))
      throw usageError("--remote compares the working tree with one reference", "bale diff --help");
    return (await clientFor(call, a, b)).diff({ ...options, a, b });
  }
  const makesRequests = a !== undefined || options.remote || options.patch;
  const workspace = await (makesRequests ? workspaceFor(call, a) : localWorkspace(call));
  return workspace.diff({ ...options, a });
}

/** What the same command prints without --html: there, contents are for --patch alone. */
function usualDocument(call: CommandCall, result: DiffResult): DiffResult {
  if (call.flags.has("patch")) return result;
  return { ...result, changes: result.changes.map(({ patch: _, ...change }) => change) };
}

async function writePage(
  call: CommandCall,
  file: string,
  result: DiffResult,
  exit: number,
): Promise<CommandResult> {
  const { renderDiffPage } = await import("../render-html/render-page.js");
  // Verdicts are told by states alone.
  const withTexts = wantsTexts(call) && result.verdicts === undefined;
  const page = renderDiffPage({ diff: result, withTexts, ...pageMakings(call) });
  return pageResult(call, file, page, { document: usualDocument(call, result), exit });
}

export const diff: CommandDefinition = {
  name: "diff",
  group: "work",
  summary: "Compare the working tree, its base, and references",
  details: [
    "Without A: the working tree against its base, offline. With A: A against the working tree. With A and B: A against B; no workspace is needed. References, OCI layouts and archives may be compared with each other.",
    "Contents are fetched only for --patch and --html, and only of files of at most 1 MiB.",
    "The page of --html is one file that loads nothing from anywhere. It has the tree of changes, what changed in each layer, and the lines of up to 300 text files, for which up to 500 files and 64 MiB are read, the smallest first; with --stat, --name-only or --offline it has sizes alone.",
  ],
  args: [
    { syntax: "[a]", help: "a reference" },
    { syntax: "[b]", help: "another one" },
  ],
  options: [
    { flags: "--stat", kind: "flag", help: "sizes and sums" },
    { flags: "--name-only", kind: "flag", help: "paths alone" },
    { flags: "-p, --patch", kind: "flag", help: "the changed lines of text files" },
    { flags: "--remote", kind: "flag", help: "who changed what: here, there, or both" },
    HTML_OPTION,
    { flags: "--exit-code", kind: "flag", help: "exit 1 when something differs" },
    ...SELECT_OPTIONS,
  ],
  examples: [
    { command: "bale diff", says: "what changed here since the last synchronisation" },
    { command: "bale diff ghcr.io/acme/app:v1 ghcr.io/acme/app:v2 --stat", says: "two versions" },
    {
      command: "bale diff ghcr.io/acme/app:v1 --patch --path 'configs/**'",
      says: "changed lines against the working tree",
    },
    { command: "bale diff app:v1 app:v2 --html changes.html", says: "the same as a page for browsers" },
  ],
  exits: [1, 3, 4, 5, 7, 8, 11],
  dryRun: "reads",
  remote: true,
  run: async (call) => {
    const forms = FORMS.filter((name) => call.flags.has(name));
    if (forms.length > 1)
      throw usageError(
        `${forms.map((name) => `--${name}`).join(" and ")} exclude each other`,
        "bale diff --help",
      );
    const file = pageFile(call, "diff");
    const result = await compare(call);
    const exit = call.flags.has("exit-code") && isDifferent(result) ? 1 : 0;
    if (file !== undefined) return writePage(call, file, result, exit);
    return {
      kind: "document",
      document: result,
      text: (style) => text(call, result, style),
      exit,
    };
  },
};
