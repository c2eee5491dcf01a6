import type { StatusResult } from "@bale/sdk";
import { shortDigest } from "@bale/spec";
import { counted, formatAge, formatCount } from "../terminal/format-amounts.js";
import { safe } from "../terminal/safe-text.js";
import type { TextStyle } from "../terminal/text-style.js";
import { wrapText, wrapWords } from "../terminal/wrap-text.js";
import { changeSection, changeSections, section } from "./change-sections.js";
import { facts, names } from "./facts.js";
import { nextSteps } from "./status-next.js";

export interface StatusView {
  readonly status: StatusResult;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Most lines of one section. */
  readonly limit: number;
}

function remoteText({ status, now }: StatusView): string | undefined {
  const { remote, lineage, base } = status;
  const at = remote.manifest === undefined ? "" : shortDigest(remote.manifest);
  const age = remote.seenAtMs === undefined ? "" : `, seen ${formatAge(now - remote.seenAtMs)}`;
  switch (remote.state) {
    case "absent":
      return "no such tag yet";
    case "never":
      return remote.problem === undefined ? undefined : "never seen";
    case "known":
      return `${at}${age}`;
    case "reached": {
      if (remote.manifest === base) return undefined;
      const relation =
        lineage.relation === "newer"
          ? "newer"
          : lineage.relation === "behind"
            ? "older"
            : lineage.relation === "diverged"
              ? "another history"
              : undefined;
      return relation === undefined ? at : `${at}, ${relation}`;
    }
  }
}

function roleText({ status }: StatusView): string | undefined {
  const { role, layers, leftOut } = status;
  if (role === undefined && leftOut.length === 0) return undefined;
  const out = leftOut.length === 0 ? "" : `; left out: ${leftOut.join(", ")}`;
  return role === undefined
    ? `layers ${names(layers) ?? "none"}${out}`
    : `${role} (${names(layers) ?? "none"})${out}`;
}

function head(style: TextStyle, view: StatusView): string {
  const { status } = view;
  return facts(
    [
      ["workspace", safe(status.root)],
      ["upstream", status.upstream === undefined ? "none yet" : safe(status.upstream)],
      ["version", status.base === undefined ? "nothing pushed or pulled yet" : shortDigest(status.base)],
      ["remote", remoteText(view)],
      ["not asked", status.remote.problem === undefined ? undefined : safe(status.remote.problem)],
      ["role", roleText(view)?.split(", ")],
    ],
    style.width,
  );
}

function held(style: TextStyle, { status }: StatusView): string {
  const { held: here, total, heldLayers } = status;
  const layers = heldLayers.length === 0 ? "" : ` (${heldLayers.join(", ")})`;
  const text =
    total === undefined
      ? `held ${counted(here, "file")}${layers}`
      : `held ${formatCount(here)} of ${counted(total, "file")}${layers}`;
  return `${wrapText(text, style.width).join("\n  ")}\n`;
}

/** Commands in it stay whole, so that they can be copied. */
function next(style: TextStyle, line: string): string {
  const words = `next: ${line}`.match(/\S*`[^`]*`\S*|\S+/g) ?? [];
  return `${wrapWords(words, style.width - 2).join("\n  ")}\n`;
}

/** What is here, what is there, and what to do next. */
export function renderStatus(style: TextStyle, view: StatusView): string {
  const { status, limit } = view;
  const parts = [head(style, view)];
  const sections = changeSections(status.changes);
  for (const each of sections) parts.push(changeSection(style, each, limit));
  const { untracked, problems, unreadable } = status;
  if (untracked.length > 0)
    parts.push(
      section(
        style,
        "untracked",
        untracked.map(({ path }) => `  ${safe(path)}\n`),
        limit,
      ),
    );
  if (problems.length > 0)
    parts.push(
      section(
        style,
        "cannot be in a bundle",
        problems.map(({ path, why }) => `  ${safe(path)}: ${safe(why)}\n`),
        limit,
      ),
    );
  if (unreadable.length > 0)
    parts.push(
      section(
        style,
        "unreadable",
        unreadable.map((text) => `  ${safe(text)}\n`),
        limit,
      ),
    );
  parts.push(
    `${held(style, view)}${nextSteps(status, sections)
      .map((line) => next(style, line))
      .join("")}`,
  );
  return parts.join("\n");
}
