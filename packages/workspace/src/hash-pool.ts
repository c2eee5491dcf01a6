import { Worker } from "node:worker_threads";
import { BaleError } from "@bale/spec";
import type { HashOrder, HashReport } from "./hash-messages.js";

type OrderBody = HashOrder extends infer Order
  ? Order extends HashOrder
    ? Omit<Order, "id">
    : never
  : never;

/** Threads that hash. A worker takes 70 to 110 ms to warm up, so a pool is for more than about 64 MiB of work. */
export interface HashPool extends AsyncDisposable {
  readonly size: number;
  /** Waits for a free worker. @throws BaleError `INTERNAL` when a worker dies */
  readonly run: (
    order: OrderBody,
    onProgress?: (bytes: number) => void,
  ) => Promise<Exclude<HashReport, { type: "progress" }>>;
}

interface Job {
  readonly order: OrderBody;
  readonly onProgress: ((bytes: number) => void) | undefined;
  readonly resolve: (report: Exclude<HashReport, { type: "progress" }>) => void;
  readonly reject: (error: unknown) => void;
}

/** Starts workers as they are needed, at most `size`. They do not keep the process alive by themselves. */
export function createHashPool(size: number): HashPool {
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  const busy = new Map<Worker, Job>();
  const waiting: Job[] = [];
  let nextId = 1;

  const start = (worker: Worker, job: Job): void => {
    busy.set(worker, job);
    worker.ref();
    worker.postMessage({ ...job.order, id: nextId++ });
  };
  const fail = (worker: Worker, cause: unknown): void => {
    all.delete(worker);
    const job = busy.get(worker);
    busy.delete(worker);
    job?.reject(new BaleError({ code: "INTERNAL", message: "a hashing thread ended", cause }));
  };
  const finish = (worker: Worker, report: HashReport): void => {
    const job = busy.get(worker);
    if (report.type === "progress") {
      job?.onProgress?.(report.bytes);
      return;
    }
    busy.delete(worker);
    const next = waiting.shift();
    if (next) start(worker, next);
    else {
      worker.unref();
      idle.push(worker);
    }
    job?.resolve(report);
  };
  const spawn = (): Worker => {
    const worker = new Worker(new URL("./hash-worker.js", import.meta.url));
    all.add(worker);
    worker.on("message", (report: HashReport) => finish(worker, report));
    worker.on("error", (error) => fail(worker, error));
    return worker;
  };

  return {
    size,
    run: (order, onProgress) =>
      new Promise((resolve, reject) => {
        const job: Job = { order, onProgress, resolve, reject };
        const worker = idle.pop() ?? (all.size < size ? spawn() : undefined);
        if (worker) start(worker, job);
        else waiting.push(job);
      }),
    async [Symbol.asyncDispose]() {
      const stopped = new BaleError({ code: "INTERRUPTED", message: "hashing was stopped" });
      for (const job of [...busy.values(), ...waiting.splice(0)]) job.reject(stopped);
      busy.clear();
      await Promise.all([...all].map((worker) => worker.terminate()));
      all.clear();
    },
  };
}
