import type { InitCommandResult } from "@bale/sdk";
import type { AddResult, RemoveResult } from "@bale/workspace";
import { counted } from "../terminal/format-amounts.js";
import { safe } from "../terminal/safe-text.js";
import type { TextStyle } from "../terminal/text-style.js";
import { section } from "./change-sections.js";

export function renderInit(_style: TextStyle, { root, created, kept }: InitCommandResult): string {
  const made = created.length === 0 ? "nothing was missing" : `made ${created.join(", ")}`;
  const left = kept.length === 0 ? "" : `; left as it was: ${kept.join(", ")}`;
  return `workspace ${safe(root)}\n  ${made}${left}\n`;
}

function paths(list: readonly string[]): string[] {
  return list.map((path) => `  ${safe(path)}\n`);
}

/** What `add` did, and what it did not, with the reason. */
export function renderAdd(
  style: TextStyle,
  result: AddResult,
  options: { readonly dryRun: boolean; readonly limit: number },
): string {
  const { added, alreadyTracked, ignored, missing, refusedLinks, problems } = result;
  const { limit } = options;
  const parts: string[] = [];
  if (added.length > 0)
    parts.push(section(style, options.dryRun ? "would be tracked" : "tracked now", paths(added), limit));
  else
    parts.push(
      alreadyTracked.length > 0
        ? `${counted(alreadyTracked.length, "file")} tracked already\n`
        : "nothing to add\n",
    );
  if (ignored.length > 0) parts.push(section(style, "ignored; --force adds them", paths(ignored), limit));
  if (missing.length > 0) parts.push(section(style, "not there", paths(missing), limit));
  if (refusedLinks.length > 0)
    parts.push(
      section(
        style,
        "links that a bundle cannot keep; --follow stores what they lead to",
        refusedLinks.map(({ path, target, why }) => `  ${safe(path)} → ${safe(target)}: ${safe(why)}\n`),
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
  return parts.join("\n");
}

export function renderRemove(
  style: TextStyle,
  result: RemoveResult,
  options: { readonly dryRun: boolean; readonly limit: number },
): string {
  const { removed, deleted, kept, missing } = result;
  const parts: string[] = [];
  if (removed.length > 0)
    parts.push(
      section(
        style,
        options.dryRun ? "would not be tracked any more" : "not tracked any more",
        paths(removed),
        options.limit,
      ),
    );
  else parts.push("nothing to remove\n");
  if (deleted.length > 0)
    parts.push(
      `${counted(deleted.length, "file")} ${options.dryRun ? "would be removed" : "removed"} from disk\n`,
    );
  if (kept.length > 0)
    parts.push(
      `${counted(kept.length, "file")} kept for \`bale restore\`: the content exists nowhere else\n`,
    );
  if (missing.length > 0) parts.push(section(style, "not tracked", paths(missing), options.limit));
  return parts.join("\n");
}
