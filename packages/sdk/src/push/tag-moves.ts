import { parseVersionTag } from "@bale/core";
import type { TagMove } from "@bale/engine";
import { BaleError, parseTag, type Tag } from "@bale/spec";
import { LATEST, type RemoteState } from "../remote/remote-tree.js";
import type { PushCommandOptions } from "./push-options.js";

/** The tag of the push itself: it must still be where the lookup saw it. @throws BaleError `USAGE` without a tag */
export function tagMoves(found: RemoteState): TagMove[] {
  if (!found.tag) throw new BaleError({ code: "USAGE", message: "a push needs a tag" });
  return [{ tag: found.tag, expect: found.digest ?? "absent" }];
}

/** Pointers that move with the push, with the same care. @throws BaleError `PUSH_REFUSED` for a version that exists */
export async function furtherTags(
  found: RemoteState,
  own: Tag | undefined,
  options: PushCommandOptions,
): Promise<TagMove[]> {
  const moves: TagMove[] = [];
  const wanted = new Set([
    ...(options.tags ?? []).map((text) => parseTag(text)),
    ...(options.latest ? [LATEST] : []),
  ]);
  for (const tag of wanted) {
    if (tag === own) continue;
    const there = await found.repository.resolve(tag, { signal: options.signal });
    if (there && parseVersionTag(tag) && !options.force)
      throw new BaleError({
        code: "PUSH_REFUSED",
        message: `the version tag ${tag} exists already`,
        why: `it is at ${there.digest}; versions that move mislead everybody who uses them`,
        fix: "choose another version, or --force to replace it",
        context: { tag, digest: there.digest },
      });
    moves.push({ tag, expect: there?.digest ?? "absent" });
  }
  return moves;
}
