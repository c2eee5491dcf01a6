import type { ExportResult, ImportResult } from "@bale/sdk";
import { counted, formatBytes } from "../terminal/format-amounts.js";
import { safe } from "../terminal/safe-text.js";
import type { TextStyle } from "../terminal/text-style.js";
import { facts, names } from "./facts.js";

function bundleText({ reference, name, manifest }: ExportResult["bundles"][number]): string {
  return `${safe(reference)}${name === undefined ? "" : ` as ${safe(name)}`}, ${manifest}`;
}

/** What was written, in one line: for standard error when standard output is the archive. */
export function exportSummary(result: ExportResult): string {
  const { bundles, size, digest } = result;
  return `exported ${bundles.map(({ reference }) => safe(reference)).join(", ")}: ${formatBytes(size ?? 0)}, ${digest ?? ""}`;
}

export function renderExport(style: TextStyle, result: ExportResult): string {
  const { outcome, output, form, gzip, bundles, blobs, files, leftOut, leftOutBlobs, leftOutBytes } = result;
  const head = outcome === "dry-run" ? "would write" : "wrote";
  const what = form === "files" ? "a tar of files" : "an OCI layout";
  const rows = bundles.map((bundle) => ["bundle", bundleText(bundle)] as const);
  return `${style.bold(head)} ${safe(output ?? "-")}\n${facts([
    ...rows,
    ["form", gzip ? `${what}, compressed` : what],
    ["size", result.size === undefined ? undefined : formatBytes(result.size)],
    ["sha256", result.digest],
    ["holds", files === undefined ? counted(blobs, "blob") : counted(files, "file")],
    [
      "external",
      result.externalBlobs > 0 ? `${counted(result.externalBlobs, "blob")} brought along` : undefined,
    ],
    [
      "not in it",
      leftOutBlobs > 0
        ? `${counted(leftOutBlobs, "blob")} of external stores, ${formatBytes(leftOutBytes)}`
        : undefined,
    ],
    ["left out", names(leftOut)],
  ])}`;
}

const IMPORT_HEADS = {
  imported: "imported",
  "nothing-to-do": "nothing to import:",
  "dry-run": "would import",
} as const;

export function renderImport(style: TextStyle, result: ImportResult): string {
  const { bundles, directory, copiedBlobs, copiedBytes, reusedBlobs, externalBlobs, missingBlobs } = result;
  const rows = bundles.map(({ name, manifest, reference, outcome }) => {
    const to = reference ?? directory ?? "";
    const same = outcome === "unchanged" ? " (there already)" : "";
    return ["bundle", `${safe(name ?? manifest)} to ${safe(to)}${same}`] as const;
  });
  const digests = [...new Set(bundles.map(({ manifest }) => manifest))];
  return `${style.bold(IMPORT_HEADS[result.outcome])} ${safe(result.archive)}\n${facts([
    ...rows,
    ...digests.map((digest) => ["digest", digest] as const),
    ["checked", result.own ? "byte for byte" : "blob by blob; another tool made it"],
    ["sent", copiedBlobs > 0 ? `${counted(copiedBlobs, "blob")}, ${formatBytes(copiedBytes)}` : undefined],
    ["reused", reusedBlobs > 0 ? counted(reusedBlobs, "blob") : undefined],
    ["external", externalBlobs > 0 ? `${counted(externalBlobs, "blob")} brought along` : undefined],
    [
      "missing",
      missingBlobs > 0 ? `${counted(missingBlobs, "blob")} of external stores not in the archive` : undefined,
    ],
  ])}`;
}
