import type { ProgressEvent, TaskKind } from "@bale/spec";

export interface Task {
  readonly id: number;
  readonly kind: TaskKind;
  readonly label: string | undefined;
  readonly total: number | undefined;
  readonly unit: "bytes" | "files";
  readonly done: number;
  readonly startedAt: number;
  /** Why it is being tried again, until it moves on. */
  readonly retry: string | undefined;
}
/** What ended tasks of one kind come to. */
export interface Tally {
  readonly unit: "bytes" | "files";
  readonly tasks: number;
  readonly done: number;
}
/** What is going on at one moment. */
export interface TaskBoard {
  readonly active: ReadonlyMap<number, Task>;
  readonly ended: ReadonlyMap<TaskKind, Tally>;
}

export const EMPTY_BOARD: TaskBoard = { active: new Map(), ended: new Map() };

function withTask(board: TaskBoard, task: Task): TaskBoard {
  return { ...board, active: new Map(board.active).set(task.id, task) };
}

function end(board: TaskBoard, task: Task, completed: boolean): TaskBoard {
  const active = new Map(board.active);
  active.delete(task.id);
  if (!completed) return { ...board, active };
  const before = board.ended.get(task.kind) ?? { unit: task.unit, tasks: 0, done: 0 };
  const done = task.total ?? task.done;
  const ended = new Map(board.ended).set(task.kind, {
    unit: before.unit,
    tasks: before.tasks + 1,
    done: before.done + done,
  });
  return { active, ended };
}

/** The board after an event. An event of a task that is not there changes nothing: events may be lost. */
export function afterEvent(board: TaskBoard, event: ProgressEvent, now: number): TaskBoard {
  if (event.type === "task-start")
    return withTask(board, {
      id: event.task,
      kind: event.kind,
      label: event.label,
      total: event.total,
      unit: event.unit,
      done: 0,
      startedAt: now,
      retry: undefined,
    });
  const task = board.active.get(event.task);
  if (!task) return board;
  if (event.type === "task-advance") return withTask(board, { ...task, done: event.done, retry: undefined });
  if (event.type === "task-retry")
    return withTask(board, {
      ...task,
      retry: `try ${event.attempt} failed, next in ${Math.ceil(event.delayMs / 1000)}s: ${event.reason}`,
    });
  return end(board, task, event.outcome === "completed");
}
