import type { ProgressSink } from "@bale/spec";

/** Shows events as they come, and gives way to lines that somebody else prints. */
export interface ProgressView {
  readonly onProgress: ProgressSink;
  /** Prints a line of its own, above whatever is on the screen. */
  readonly print: (text: string) => void;
  /** Takes everything off the screen; nothing is shown afterwards. */
  readonly close: () => void;
}

/** What views write to and measure time with. */
export interface ProgressPorts {
  readonly write: (text: string) => void;
  readonly columns: () => number;
  readonly now: () => number;
  readonly every: (milliseconds: number, call: () => void) => () => void;
}
