import type { CopyResult, EnsureResult, PullResult, PushedTag, PushResult, TagResult } from "@bale/sdk";
import { counted, formatBytes } from "../terminal/format-amounts.js";
import { safe } from "../terminal/safe-text.js";
import type { TextStyle } from "../terminal/text-style.js";
import { section } from "./change-sections.js";
import { facts, names } from "./facts.js";

function tagText(tags: readonly PushedTag[]): string | undefined {
  return names(
    tags.map(({ tag, outcome, guarantee }) => `${tag} (${outcome === "moved" ? guarantee : "unchanged"})`),
  );
}

const PUSH_HEADS = {
  pushed: "pushed",
  "nothing-to-do": "nothing to push:",
  "dry-run": "would push",
} as const;

function versionText({ version }: PushResult): string | undefined {
  if (!version) return undefined;
  const from = version.previous === undefined ? "" : ` after ${safe(version.previous)}`;
  return `${safe(version.tag)}${from}, ${version.step}: ${safe(version.reason)}`;
}

export function renderPush(style: TextStyle, result: PushResult, limit: number): string {
  const { outcome, sentFiles, sentBlobs, sentBytes, reusedBlobs, mountedBlobs, removed } = result;
  const upTo = outcome === "dry-run" ? "at most " : "";
  const sent =
    outcome === "nothing-to-do"
      ? undefined
      : `${counted(sentFiles, "file")} in ${counted(sentBlobs, "blob")}, ${upTo}${formatBytes(sentBytes)}`;
  const head = `${style.bold(PUSH_HEADS[outcome])} ${safe(result.reference)}\n`;
  const told = facts([
    ["version", versionText(result)],
    ["digest", result.manifest],
    ["content", result.contentDigest],
    [outcome === "dry-run" ? "to send" : "sent", sent],
    ["reused", reusedBlobs > 0 ? counted(reusedBlobs, "blob") : undefined],
    ["mounted", mountedBlobs > 0 ? counted(mountedBlobs, "blob") : undefined],
    ["tags", tagText(result.tags)],
  ]);
  return removed.length === 0
    ? `${head}${told}`
    : `${head}${told}${section(
        style,
        "removed there",
        removed.map((path) => `  ${safe(path)}\n`),
        limit,
      )}`;
}

const PULL_HEADS = {
  pulled: "pulled",
  "nothing-to-do": "nothing to pull:",
  "dry-run": "would pull",
} as const;

function pullWork({ summary, outcome, written, deleted, adopted }: PullResult): string | undefined {
  const dry = outcome === "dry-run";
  const writes = dry ? summary.writes : written.length;
  const parts = [
    ...(writes > 0
      ? [`${counted(writes, "file")} ${dry ? "to write" : "written"} (${formatBytes(summary.writeBytes)})`]
      : []),
    ...((dry ? summary.deletes : deleted.length) > 0
      ? [`${dry ? summary.deletes : deleted.length} ${dry ? "to remove" : "removed"}`]
      : []),
    ...((dry ? summary.adopts : adopted.length) > 0
      ? [`${dry ? summary.adopts : adopted.length} taken as they are`]
      : []),
  ];
  return names(parts);
}

export function renderPull(
  style: TextStyle,
  result: PullResult & { readonly directory?: string },
  limit: number,
): string {
  const { outcome, summary, downloadedFiles, downloadedBytes, leftOut, keptOld, notDropped, blocked } =
    result;
  const parts = [
    `${style.bold(PULL_HEADS[outcome])} ${safe(result.reference)}\n`,
    facts([
      ["digest", result.manifest],
      ["content", result.contentDigest],
      ["role", result.role],
      ["files", pullWork(result)],
      [
        "fetched",
        downloadedFiles > 0
          ? `${counted(downloadedFiles, "file")}, ${formatBytes(downloadedBytes)}`
          : undefined,
      ],
      ["kept", summary.keptLocal > 0 ? `${counted(summary.keptLocal, "local change")}` : undefined],
      ["put aside", keptOld > 0 ? `${counted(keptOld, "file")}; \`bale restore\` lists them` : undefined],
      ["dropped", result.dropped.length > 0 ? counted(result.dropped.length, "file") : undefined],
      ["left out", names(leftOut)],
      ["into", result.directory === undefined ? undefined : safe(result.directory)],
    ]),
  ];
  if (notDropped.length > 0)
    parts.push(
      section(
        style,
        "not dropped",
        notDropped.map(({ path, reason }) => `  ${safe(path)}: ${safe(reason)}\n`),
        limit,
      ),
    );
  if (blocked.length > 0)
    parts.push(
      section(
        style,
        "in the way",
        blocked.map(({ path, reason }) => `  ${safe(path)}: ${safe(reason)}\n`),
        limit,
      ),
    );
  return parts.join("");
}

const COPY_HEADS = {
  copied: "copied",
  "nothing-to-do": "nothing to copy:",
  "dry-run": "would copy",
} as const;

export function renderCopy(style: TextStyle, result: CopyResult): string {
  const { copiedBlobs, copiedBytes, reusedBlobs, mountedBlobs } = result;
  return `${style.bold(COPY_HEADS[result.outcome])} ${safe(result.source)} to ${safe(result.destination)}\n${facts(
    [
      ["digest", result.manifest],
      ["sent", copiedBlobs > 0 ? `${counted(copiedBlobs, "blob")}, ${formatBytes(copiedBytes)}` : undefined],
      ["reused", reusedBlobs > 0 ? counted(reusedBlobs, "blob") : undefined],
      ["mounted", mountedBlobs > 0 ? counted(mountedBlobs, "blob") : undefined],
    ],
  )}`;
}

export function renderTag(style: TextStyle, result: TagResult): string {
  const word =
    result.outcome === "removed" ? "removed" : result.outcome === "moved" ? "tagged" : "unchanged:";
  return `${style.bold(word)} ${safe(result.reference)}\n${facts([
    ["tag", result.tag],
    ["digest", result.manifest],
    ["before", result.previous === result.manifest ? undefined : result.previous],
  ])}`;
}

const ENSURE_HEADS = {
  written: "wrote",
  "nothing-to-do": "nothing to do:",
  "dry-run": "would write",
} as const;

export function renderEnsure(style: TextStyle, result: EnsureResult): string {
  const { written, removed, downloadedFiles, downloadedBytes, leftOut } = result;
  return `${style.bold(ENSURE_HEADS[result.outcome])} ${safe(result.directory)}\n${facts([
    ["from", safe(result.reference)],
    ["digest", result.manifest],
    ["content", result.contentDigest],
    ["written", written.length > 0 ? counted(written.length, "file") : undefined],
    ["removed", removed.length > 0 ? counted(removed.length, "file") : undefined],
    [
      "fetched",
      downloadedFiles > 0
        ? `${counted(downloadedFiles, "file")}, ${formatBytes(downloadedBytes)}`
        : undefined,
    ],
    ["left out", names(leftOut)],
  ])}`;
}
