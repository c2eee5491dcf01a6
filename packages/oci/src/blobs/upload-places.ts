import { BaleError } from "@bale/spec";
import { checkAborted, pauseBeforeRetry } from "../retry-pause.js";

/** The uploads of one repository that run at once. */
export interface UploadPlaces {
  /**
   * Runs an upload when there is a place for it. One that is denied while others run is tried again among fewer: some registries answer 403 to too
   * many uploads at once (GHCR). One that was alone is denied for good.
   */
  readonly run: <Value>(upload: () => Promise<Value>, signal: AbortSignal | undefined) => Promise<Value>;
}

interface Running {
  /** Most uploads that ran at one time while this one did. */
  crowd: number;
}

/** `count`: most at once. */
export function createUploadPlaces(count: number | undefined, pauseMs: number): UploadPlaces {
  let most = count ?? Number.POSITIVE_INFINITY;
  const running = new Set<Running>();
  const waiting = new Set<() => void>();

  async function enter(signal: AbortSignal | undefined): Promise<Running> {
    while (running.size >= most) {
      checkAborted(signal);
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          waiting.delete(wake);
          signal?.removeEventListener("abort", wake);
          resolve();
        };
        waiting.add(wake);
        signal?.addEventListener("abort", wake, { once: true });
      });
    }
    checkAborted(signal);
    const own: Running = { crowd: 0 };
    running.add(own);
    for (const other of running) other.crowd = Math.max(other.crowd, running.size);
    return own;
  }
  function leave(own: Running): void {
    running.delete(own);
    for (const wake of [...waiting]) wake();
  }

  return {
    run: async (upload, signal) => {
      for (let attempt = 1; ; attempt++) {
        const own = await enter(signal);
        try {
          return await upload();
        } catch (error) {
          if (!BaleError.is(error, "DENIED") || own.crowd <= 1) throw error;
          most = Math.max(1, Math.min(most, own.crowd - 1));
        } finally {
          leave(own);
        }
        await pauseBeforeRetry({ attempt }, pauseMs, signal);
      }
    },
  };
}
