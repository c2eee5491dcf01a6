import { createHash } from "node:crypto";
import { chmodSync, existsSync, lstatSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { openWorkspace } from "@bale/workspace";
import fc from "fast-check";
import type { Work } from "../bench.testing.js";

/** Few paths, so that people meet; parents and what lies below them, in three layers. */
const PATHS = ["src/a", "src/a/x", "src/b", "src/b.c", "data/d", "data/e/f", "data/e", "n"] as const;
const GLOBS = ["**", "src/**", "src/a", "data/**", "n"] as const;

export const LAYERS = `layers: { code: ["src/**"], data: ["data/**"] }
roles: { coder: [code], all-of-it: [code, data, default] }
`;

const OTHER_LAYERS = [
  LAYERS,
  LAYERS.replace('"src/**"', '"src/a", "src/a/x", "data/d"'),
  LAYERS.replace('"data/**"', '"data/**", "n"').replace('"src/**"', '"src/b*"'),
] as const;

/** One thing that one of the people does. */
export type Step = { readonly who: number } & (
  | {
      readonly what: "edit";
      readonly path: string;
      readonly content: string | undefined;
      readonly track: boolean;
    }
  | { readonly what: "delete" | "flip" | "remove" | "restore"; readonly path: string }
  | { readonly what: "push"; readonly force: boolean; readonly tag: string | undefined }
  | {
      readonly what: "pull";
      readonly way: Way;
      readonly glob: string;
      readonly path: string | undefined;
      readonly roles: readonly string[];
      readonly drop: boolean;
    }
  | { readonly what: "rewind" }
  /** Moves paths to other layers. */
  | { readonly what: "relayer"; readonly layers: string }
);
type Way = "plain" | "theirs" | "ours" | "overwrite" | "mirror" | "restore";

const path = fc.constantFrom(...PATHS);
const who = fc.nat({ max: 2 });
const way = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Way>("plain") },
  { weight: 5, arbitrary: fc.constantFrom<Way>("theirs", "ours", "overwrite", "mirror", "restore") },
);

export const arbitraryStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    // Without a content of its own a file gets bytes that exist nowhere else.
    arbitrary: fc.record({
      who,
      what: fc.constant("edit" as const),
      path,
      content: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, fc.constantFrom("same", "other")),
      track: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      who,
      what: fc.constantFrom("delete" as const, "flip" as const, "remove" as const, "restore" as const),
      path,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      who,
      what: fc.constant("push" as const),
      force: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)),
      tag: fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, fc.constant("experiment")),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      who,
      what: fc.constant("pull" as const),
      way,
      glob: fc.constantFrom(...GLOBS),
      path: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, fc.constantFrom(...GLOBS)),
      roles: fc.constantFrom([], [], [], ["coder"], ["all"]),
      drop: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ who, what: fc.constant("rewind" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      who,
      what: fc.constant("relayer" as const),
      layers: fc.constantFrom(...OTHER_LAYERS),
    }),
  },
);

export function digestOf(content: string): string {
  return `sha256:${createHash("sha256")
    .update(content.replace(/^(?:x:|->)/, ""))
    .digest("hex")}`;
}

/** Digests of everything in a workspace that a person could miss. */
export function treasures(work: Work): Set<string> {
  return new Set([...Object.values(work.disk()), ...work.kept()].map(digestOf));
}

/** What the workspace took from the remote or gave to it: path → digest and kind. */
export async function basesOf(work: Work): Promise<ReadonlyMap<string, string>> {
  await using workspace = await openWorkspace(work.root);
  const bases = new Map<string, string>();
  for (const [path, entry] of workspace.state.entries)
    if (entry.base) bases.set(path, `${entry.base.kind} ${entry.base.digest}`);
  return bases;
}

/** Whether a file may be written at a path: no parent of it is a file, and it is no folder. */
function isFree(work: Work, path: string): boolean {
  const file = join(work.root, path);
  for (let parent = dirname(file); parent.length > work.root.length; parent = dirname(parent))
    if (existsSync(parent) && !lstatSync(parent).isDirectory()) return false;
  return !existsSync(file) || !lstatSync(file).isDirectory();
}

/** The part of a step that changes files alone. A person who writes over a file or deletes it wanted that: those bytes are no longer counted. */
export function editFiles(work: Work, step: Step, fresh: () => string): void {
  if (step.what === "relayer") writeFileSync(join(work.root, "bale.yaml"), step.layers);
  if (step.what !== "edit" && step.what !== "delete" && step.what !== "flip") return;
  if (!isFree(work, step.path)) return;
  const file = join(work.root, step.path);
  if (step.what === "delete") rmSync(file, { force: true });
  else if (step.what === "flip") {
    if (existsSync(file)) chmodSync(file, lstatSync(file).mode & 0o100 ? 0o644 : 0o755);
  } else if (step.what === "edit") {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, step.content ?? fresh());
  }
}
