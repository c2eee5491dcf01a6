import type { BundlePath } from "@bale/spec";
import type { Verdict } from "../diff/path-change.js";

/** A path for which a plan is refused. */
export interface Blocked {
  readonly path: BundlePath;
  readonly verdict: Verdict | "diverged";
  /** For people: what stands in the way, without the path and without a final full stop. */
  readonly reason: string;
  readonly clash?: true | undefined;
}
