import { type BundlePath, pathKey } from "@bale/spec";
import { linkTargetParts } from "./link-target.js";

export interface Link {
  readonly path: BundlePath;
  readonly target: string;
}
interface Place {
  readonly inside: Map<string, Place>;
  link?: BundlePath;
}

const newPlace = (): Place => ({ inside: new Map() });

/**
 * The first link whose target passes through another link, with that other one; `undefined` when none does. Names are compared by key,
 * since `Data/../x` passes through the link `data` on a system that ignores case. The last step may be a link: it is then read at its own
 * true place. A step before it must be a true folder, or `..` would mean another one. Takes time linear in the paths and targets.
 */
export function findLinkPassage(
  links: readonly Link[],
): { readonly link: Link; readonly through: BundlePath } | undefined {
  const root = newPlace();
  for (const { path } of links) {
    let place = root;
    for (const part of path.split("/")) {
      const key = pathKey(part);
      const next = place.inside.get(key) ?? newPlace();
      place.inside.set(key, next);
      place = next;
    }
    place.link = path;
  }
  for (const link of links) {
    // Where no link lies below, the walk goes on with `undefined`: only its depth still counts.
    const walk: (Place | undefined)[] = [root];
    const folders = link.path.split("/").slice(0, -1);
    for (const part of folders) walk.push(walk.at(-1)?.inside.get(pathKey(part)));
    for (const part of linkTargetParts(link.target)) {
      const through = walk.at(-1)?.link;
      if (through !== undefined) return { link, through };
      if (part === "..") walk.pop();
      else walk.push(walk.at(-1)?.inside.get(pathKey(part)));
    }
  }
  return undefined;
}
