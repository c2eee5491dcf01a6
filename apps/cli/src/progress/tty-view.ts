import { taskLine, totalsLine } from "./describe-task.js";
import type { ProgressPorts, ProgressView } from "./progress-view.js";
import { afterEvent, EMPTY_BOARD, type TaskBoard } from "./task-board.js";

// Ten redraws a second at most; and nothing for a command that is over before anybody could read it.
const REDRAW_MS = 100;
const FIRST_MS = 300;
const MOST_LINES = 8;

/** Lines that are drawn over: one for each active task, and the totals. */
export function ttyView(ports: ProgressPorts): ProgressView {
  let board: TaskBoard = EMPTY_BOARD;
  let drawn = 0;
  let changed = false;
  const startedAt = ports.now();
  const erase = (): string => {
    const text = drawn === 0 ? "" : `\u001b[${drawn}F\u001b[J`;
    drawn = 0;
    return text;
  };

  function lines(): string[] {
    // A line as wide as the terminal would break, and the count of lines would be wrong.
    const width = Math.max(10, ports.columns() - 1);
    const now = ports.now();
    const tasks = [...board.active.values()];
    const shown = tasks.slice(0, MOST_LINES).map((task) => taskLine(task, now, width));
    const more = tasks.length - shown.length;
    const total = totalsLine(board);
    return [
      ...shown,
      ...(more > 0 ? [`and ${more} more`] : []),
      ...(total === "" ? [] : [`total: ${total}`.slice(0, width)]),
    ];
  }

  function draw(): void {
    if (ports.now() - startedAt < FIRST_MS || (!changed && board.active.size === 0)) return;
    changed = false;
    const next = lines();
    const text = `${erase()}${next.map((line) => `${line}\n`).join("")}`;
    drawn = next.length;
    if (text !== "") ports.write(text);
  }

  const stop = ports.every(REDRAW_MS, draw);
  return {
    onProgress: (event) => {
      board = afterEvent(board, event, ports.now());
      changed = true;
    },
    print: (text) => {
      ports.write(`${erase()}${text}`);
    },
    close: () => {
      stop();
      const text = erase();
      if (text !== "") ports.write(text);
    },
  };
}
