import type { TagRequest } from "./tag-recorder.js";
import type { Attempt } from "./writer.js";

/** One push, and which stretch of the record it was made in. */
export interface RacedPush extends Attempt {
  readonly writer: number;
  readonly from: number;
  readonly to: number;
}

/** Whether a manifest is another one's ancestor, or itself. */
export function isAncestor(parents: ReadonlyMap<string, string>, manifest: string, wanted: string): boolean {
  for (let at: string | undefined = manifest; at !== undefined; at = parents.get(at))
    if (at === wanted) return true;
  return false;
}

export interface JudgedPush {
  /** The manifest that it put at the tag. */
  readonly put: string;
  /** The manifest that was at the tag when the writer last looked before its PUT. */
  readonly seen: string | undefined;
  /** What other writers put there between that look and the PUT: nobody will see it again. */
  readonly overwritten: readonly string[];
}

/** Reads from the record what a push did to the tag. Undefined when it never put anything there. */
export function judge(push: RacedPush, requests: readonly TagRequest[]): JudgedPush | undefined {
  const isOwn = (index: number) => requests[index]?.writer === push.writer;
  let put = push.to - 1;
  while (put >= push.from && !(isOwn(put) && requests[put]?.method === "PUT")) put--;
  if (put < push.from) return undefined;
  let look = put - 1;
  while (look >= push.from && !(isOwn(look) && requests[look]?.method !== "PUT")) look--;
  const between = requests.slice(look + 1, put);
  return {
    put: requests[put]?.digest ?? "",
    seen: requests[look]?.digest,
    overwritten: between.flatMap(({ method, status, digest }) =>
      method === "PUT" && status === 201 && digest !== undefined ? [digest] : [],
    ),
  };
}
