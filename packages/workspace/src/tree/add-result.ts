import type { BundlePath } from "@bale/spec";
import type { TreeProblem } from "../scan/tree-scan.js";

export interface RefusedLink {
  readonly path: BundlePath;
  readonly target: string;
  readonly why: string;
}
export interface AddResult {
  readonly added: readonly BundlePath[];
  readonly alreadyTracked: readonly BundlePath[];
  /** Named, or matched by a glob, but ignored: needs `force`. */
  readonly ignored: readonly string[];
  /** Arguments that name or match nothing. */
  readonly missing: readonly string[];
  /** Links that a bundle cannot keep: need `follow`. */
  readonly refusedLinks: readonly RefusedLink[];
  /** Names that no bundle can hold, special files, unreadable files. */
  readonly problems: readonly TreeProblem[];
  /** Whether everything that was asked for is tracked now. */
  readonly complete: boolean;
}
