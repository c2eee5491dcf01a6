import { BaleError } from "@bale/spec";

interface Flight<Value> {
  readonly promise: Promise<Value>;
  readonly controller: AbortController;
  waiting: number;
}

/** Runs at most one task for each key at a time; later callers get the same outcome. */
export type SharedFlight<Value> = (
  key: string,
  start: (signal: AbortSignal) => Promise<Value>,
  signal?: AbortSignal,
) => Promise<Value>;

/**
 * One caller's abort ends only its own waiting; the task itself is aborted when nobody waits any more.
 * Outcomes are not kept: the next call after one has ended starts anew.
 */
export function createSharedFlight<Value>(): SharedFlight<Value> {
  const flights = new Map<string, Flight<Value>>();

  const join = (key: string, flight: Flight<Value>, signal: AbortSignal | undefined): Promise<Value> =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        flight.waiting -= 1;
        if (flight.waiting === 0) {
          if (flights.get(key) === flight) flights.delete(key);
          flight.controller.abort(signal?.reason);
        }
        reject(new BaleError({ code: "INTERRUPTED", message: "stopped on request", cause: signal?.reason }));
      };
      if (signal?.aborted) return leave();
      signal?.addEventListener("abort", leave, { once: true });
      const done = (): void => signal?.removeEventListener("abort", leave);
      flight.promise.then(
        (value) => {
          done();
          resolve(value);
        },
        (error: unknown) => {
          done();
          reject(error);
        },
      );
    });

  return (key, start, signal) => {
    let flight = flights.get(key);
    if (!flight) {
      const controller = new AbortController();
      const begun: Flight<Value> = { promise: start(controller.signal), controller, waiting: 0 };
      flights.set(key, begun);
      const forget = (): void => {
        if (flights.get(key) === begun) flights.delete(key);
      };
      begun.promise.then(forget, forget);
      flight = begun;
    }
    flight.waiting += 1;
    return join(key, flight, signal);
  };
}
