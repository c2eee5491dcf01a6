import { totalsLine } from "./describe-task.js";
import type { ProgressPorts, ProgressView } from "./progress-view.js";
import { afterEvent, EMPTY_BOARD, type TaskBoard } from "./task-board.js";

const EVERY_MS = 10_000;

/** For logs: a line every ten seconds and, when there was one, a last one. Never a carriage return. */
export function plainView(ports: ProgressPorts): ProgressView {
  let board: TaskBoard = EMPTY_BOARD;
  let told = "";
  const tell = (): void => {
    const line = totalsLine(board);
    if (line === "" || line === told) return;
    told = line;
    ports.write(`${line}\n`);
  };
  const stop = ports.every(EVERY_MS, tell);
  return {
    onProgress: (event) => {
      board = afterEvent(board, event, ports.now());
    },
    print: ports.write,
    close: () => {
      stop();
      tell();
    },
  };
}
