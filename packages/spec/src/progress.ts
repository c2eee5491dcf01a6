export type TaskKind = "scan" | "hash" | "pack" | "upload" | "download" | "write" | "verify" | "copy";

/** Sizes in bytes or files, as `unit` says; `done` is absolute, so that a lost event does no harm. */
export type ProgressEvent =
  | {
      readonly type: "task-start";
      readonly task: number;
      readonly kind: TaskKind;
      readonly label?: string | undefined;
      readonly total?: number | undefined;
      readonly unit: "bytes" | "files";
    }
  | { readonly type: "task-advance"; readonly task: number; readonly done: number }
  | {
      readonly type: "task-retry";
      readonly task: number;
      readonly attempt: number;
      readonly delayMs: number;
      readonly reason: string;
    }
  | {
      readonly type: "task-end";
      readonly task: number;
      readonly outcome: "completed" | "reused" | "skipped" | "failed" | "cancelled";
    };

/** Synchronous and total: must not throw, must not block. */
export type ProgressSink = (event: ProgressEvent) => void;

/** What everything long takes. */
export interface LongCallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressSink | undefined;
}
