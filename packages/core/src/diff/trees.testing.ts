import {
  comparePaths,
  digestFromHex,
  type EntryKind,
  type FileState,
  type LayerName,
  parseBundlePath,
  parseLayerName,
  type TreeEntry,
} from "@bale/spec";
import type { InTheWay, PathChange } from "./path-change.js";
import { threeWay } from "./three-way.js";
import type { ThreeWayInput, ThreeWayResult } from "./three-way-types.js";

/** A state written as `content` or `content kind@layer`: "1", "2 exec", "1@data". The size is the first digit of the content. */
export function state(text: string): FileState {
  const [, content = "0", kind = "file", layer = "code"] = /^(\w+)(?: (\w+))?(?:@(\w+))?$/.exec(text) ?? [];
  return {
    digest: digestFromHex(content.padStart(64, "0")),
    size: Number(content[0]),
    kind: kind as EntryKind,
    layer: parseLayerName(layer),
  };
}

/** A tree written as path → state, in any order. */
export type Tree = Readonly<Record<string, string>>;

export function entries(tree: Tree): TreeEntry[] {
  return Object.entries(tree)
    .map(([path, text]) => ({ path: parseBundlePath(path), state: state(text) }))
    .sort((a, b) => comparePaths(a.path, b.path));
}

/** Bytes on disk that are not tracked. */
export function untracked(text: string): InTheWay {
  const { digest, size, kind } = state(text);
  return { kind, digest, size };
}

export interface Situation {
  readonly base?: Tree;
  readonly local?: Tree;
  readonly remote?: Tree;
  /** Layers that are selected; all by default. */
  readonly selected?: readonly string[];
  /** Held paths without base and local entry. */
  readonly held?: readonly string[];
  readonly inTheWay?: Readonly<Record<string, InTheWay>>;
  readonly diverged?: boolean;
  readonly remoteBehind?: boolean;
  readonly remoteAbsent?: boolean;
}

/** The diff of a situation; held are the paths with a base, those on disk, and those named. */
export function diffOf(situation: Situation): ThreeWayResult {
  return threeWay(inputOf(situation));
}

export function inputOf(situation: Situation): ThreeWayInput {
  const { base = {}, local = {}, remote = {}, held = [], inTheWay = {} } = situation;
  return {
    base: entries(base),
    local: entries(local),
    remote: entries(remote),
    held: (path) => path in base || held.includes(path),
    selected: (layer: LayerName) => situation.selected?.includes(layer) ?? true,
    inTheWay: (path) => inTheWay[path],
    diverged: situation.diverged ?? false,
    remoteBehind: situation.remoteBehind ?? false,
    remoteAbsent: situation.remoteAbsent,
  };
}

/** The change at one path of a situation. */
export function changeAt(situation: Situation, path: string): PathChange | undefined {
  return diffOf(situation).changes.find((change) => change.path === path);
}
