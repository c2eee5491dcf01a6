import type { PathChange } from "./path-change.js";

/** A change while the diff still learns what lies above and below its path. */
export type DraftChange = { -readonly [Key in keyof PathChange]: PathChange[Key] };
