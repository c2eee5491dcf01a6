import { stripPaint } from "../terminal/strip-paint.js";
import type { ProgressPorts, ProgressView } from "./progress-view.js";

// A download tells of every chunk; whoever draws a bar needs no more than this.
const LEAST_MS = 100;

/** One JSON object a line, for programs: every start, retry and end, and of advances at most ten a second and task. */
export function jsonView(ports: Pick<ProgressPorts, "write" | "now">): ProgressView {
  const last = new Map<number, number>();
  return {
    onProgress: (event) => {
      if (event.type === "task-advance") {
        const now = ports.now();
        if (now - (last.get(event.task) ?? Number.NEGATIVE_INFINITY) < LEAST_MS) return;
        last.set(event.task, now);
      }
      if (event.type === "task-end") last.delete(event.task);
      ports.write(`${JSON.stringify(event)}\n`);
    },
    // Whoever reads the stream line by line reads this line as well.
    print: (text) =>
      ports.write(`${JSON.stringify({ type: "message", text: stripPaint(text).trimEnd() })}\n`),
    close: () => {},
  };
}
