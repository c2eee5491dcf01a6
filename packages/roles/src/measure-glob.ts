/** How much room a glob leaves to a matcher that backtracks. */
export interface GlobMeasure {
  /** Parts that are `**` and stand in no group. */
  readonly globstars: number;
  /** Wildcards and groups in the whole glob. */
  readonly wildcards: number;
  /** The most wildcards and groups between two `/`; a `/` inside a group ends no part, since the group may match without it. */
  readonly wildcardsInAPart: number;
}

/** Counts wildcards (runs of `*`, `+`, `!`) and groups (`{` and `(`), by part. */
export function measureGlob(glob: string): GlobMeasure {
  let globstars = 0;
  let wildcards = 0;
  let wildcardsInAPart = 0;
  for (const part of splitOutsideGroups(glob)) {
    if (part === "**") {
      globstars++;
      continue;
    }
    const inPart = part.match(/\*+|[+!{(]/g)?.length ?? 0;
    wildcards += inPart;
    wildcardsInAPart = Math.max(wildcardsInAPart, inPart);
  }
  return { globstars, wildcards, wildcardsInAPart };
}

function splitOutsideGroups(glob: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < glob.length; index++) {
    const character = glob.charAt(index);
    if (character === "\\") index++;
    else if ("{(".includes(character)) depth++;
    else if ("})".includes(character)) depth = Math.max(0, depth - 1);
    else if (character === "/" && depth === 0) {
      parts.push(glob.slice(start, index));
      start = index + 1;
    }
  }
  parts.push(glob.slice(start));
  return parts;
}
