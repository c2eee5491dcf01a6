import type { ProgressSink, TaskKind } from "@bale/spec";

export interface RunningTask {
  /** Absolute count; may fall when a transfer starts over. */
  readonly advance: (done: number) => void;
  readonly end: (outcome: "completed" | "reused" | "skipped" | "failed" | "cancelled") => void;
}
/** Hands out task numbers for one command. */
export interface TaskLog {
  readonly start: (
    kind: TaskKind,
    label: string | undefined,
    total: number | undefined,
    unit: "bytes" | "files",
  ) => RunningTask;
}

const SILENT: RunningTask = { advance: () => {}, end: () => {} };

/** Typed progress events over a sink; without a sink, nothing. */
export function createTaskLog(sink: ProgressSink | undefined): TaskLog {
  if (!sink) return { start: () => SILENT };
  let last = 0;
  return {
    start: (kind, label, total, unit) => {
      const task = ++last;
      sink({ type: "task-start", task, kind, label, total, unit });
      return {
        advance: (done) => sink({ type: "task-advance", task, done }),
        end: (outcome) => sink({ type: "task-end", task, outcome }),
      };
    },
  };
}
