import type { StatusResult } from "@bale/sdk";
import type { ChangeSection } from "./change-sections.js";

/** What a person would do now, ready to paste. */
export function nextSteps(status: StatusResult, sections: readonly ChangeSection[]): readonly string[] {
  const has = (kind: ChangeSection["kind"]): boolean => sections.some((section) => section.kind === kind);
  const { untracked, tracked, upstream, lineage } = status;
  if (lineage.relation === "diverged")
    return [
      "somebody replaced what this workspace pushed: look with `bale diff --remote`, then `bale pull --theirs GLOB` or `--ours GLOB`",
    ];
  if (has("conflict"))
    return [
      "look with `bale diff --remote`; then `bale pull --theirs GLOB` takes the remote's, `bale pull --ours GLOB` keeps yours",
    ];
  if (has("remote") || has("adopt")) return ["`bale pull`"];
  if (upstream === undefined && tracked > 0) return ["`bale push ghcr.io/acme/app:v1`, with a name of yours"];
  if (has("local")) return ["`bale push`"];
  if (untracked.length > 0) return ["`bale add PATH` tracks files"];
  if (upstream === undefined) return ["`bale add PATH` tracks files, `bale push REF` shares them"];
  return [];
}
