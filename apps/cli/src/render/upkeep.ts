import type {
  DoctorReport,
  GcReport,
  GcStoreReport,
  GcUploadsReport,
  ReplacedFile,
  VerifyResult,
} from "@bale/sdk";
import { counted, formatBytes } from "../terminal/format-amounts.js";
import { safe } from "../terminal/safe-text.js";
import { table } from "../terminal/table.js";
import type { TextStyle } from "../terminal/text-style.js";
import { facts } from "./facts.js";

export function renderVerify(style: TextStyle, result: VerifyResult): string {
  const { problems, layers, checkedFiles, checkedBlobs, checkedBytes } = result;
  const head =
    problems.length === 0 ? style.green("verified") : style.red(counted(problems.length, "problem"));
  const body = facts([
    ["digest", result.manifest],
    ["content", result.contentDigest],
    [
      "checked",
      `${counted(checkedFiles, "file")}, ${counted(checkedBlobs, "blob")}, ${formatBytes(checkedBytes)}`,
    ],
  ]);
  const rows = table(
    layers.map((layer) => [
      `  ${layer.ok ? style.green("ok") : style.red("bad")}`,
      layer.name,
      counted(layer.files, "file"),
      layer.digest,
    ]),
  );
  const bad = problems.map(
    ({ path, blob, code, message }) => `  ${style.red(code)} ${safe(path ?? blob ?? "")}: ${safe(message)}\n`,
  );
  return `${head} ${safe(result.subject)}\n${body}${rows}${bad.join("")}`;
}

export function renderGc(_style: TextStyle, report: GcReport, dryRun: boolean): string {
  const { removedFiles, removedBytes } = report;
  if (removedFiles === 0) return "nothing to remove\n";
  return `${dryRun ? "would remove" : "removed"} ${counted(removedFiles, "file")}, ${formatBytes(removedBytes)}\n`;
}

export function renderGcStore(style: TextStyle, reports: readonly GcStoreReport[], dryRun: boolean): string {
  return reports
    .map((report) => {
      const { name, line, users, versions, usedBlobs, removedBlobs, removedBytes } = report;
      const { waitingBlobs, waitingBytes, nextAtMs } = report;
      const removed = removedBlobs > 0 && `${counted(removedBlobs, "blob")}, ${formatBytes(removedBytes)}`;
      const until =
        nextAtMs === undefined
          ? ""
          : `; from ${new Date(nextAtMs).toISOString()} on, another run removes the first of them`;
      return `${style.bold(safe(name))} ${safe(line)}\n${facts([
        ["users", `${counted(users.length, "repository", "repositories")}, ${counted(versions, "version")}`],
        ["in use", counted(usedBlobs, "blob")],
        [dryRun ? "would remove" : "removed", removed || "nothing"],
        [
          "marked",
          waitingBlobs > 0
            ? `${counted(waitingBlobs, "blob")}, ${formatBytes(waitingBytes)}${until}`
            : undefined,
        ],
      ])}`;
    })
    .join("");
}

export function renderGcUploads(
  style: TextStyle,
  reports: readonly GcUploadsReport[],
  dryRun: boolean,
): string {
  if (reports.length === 0) return "no store is known here\n";
  return reports
    .map(({ name, abortedUploads, supported }) => {
      const found = `${dryRun ? "would give up" : "gave up"} ${counted(abortedUploads, "unfinished upload")}`;
      return `${style.bold(safe(name))} ${supported ? found : "has no unfinished uploads: it knows none"}\n`;
    })
    .join("");
}

export function renderDoctor(style: TextStyle, { root, problems }: DoctorReport): string {
  if (problems.length === 0) return `${style.green("healthy")} ${safe(root)}\n`;
  const lines = problems.map(
    ({ what, fix, repaired }) =>
      `  ${repaired ? style.green("repaired") : style.red("problem")}  ${safe(what)}\n            ${safe(fix)}\n`,
  );
  return `${safe(root)}\n${lines.join("")}`;
}

export function renderReplaced(_style: TextStyle, files: readonly ReplacedFile[]): string {
  if (files.length === 0) return "nothing was put aside\n";
  return table(
    files.map((file) => [
      new Date(file.atMs).toISOString().slice(0, 19).replace("T", " "),
      file.reason,
      formatBytes(file.size),
      safe(file.path),
    ]),
    ["left", "left", "right", "left"],
  );
}
