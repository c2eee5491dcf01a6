export interface SilenceWatchOptions {
  readonly silenceMs: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Runs `task` once after `ms`; returns what cancels it. */
  readonly schedule: (task: () => void, ms: number) => () => void;
  /** Called at most once; the watch has stopped by then. */
  readonly onExpire: (why: string) => void;
}
export interface SilenceWatch {
  /** Bytes moved, up or down. */
  readonly touch: (bytes: number) => void;
  /** Something else than the network is waited for: a disk that is read, a consumer that is slow. */
  readonly hold: () => void;
  readonly release: () => void;
  /** The whole body is sent: the server may need `ms` more than usual before its first byte. */
  readonly allow: (ms: number) => void;
  readonly stop: () => void;
}

// A server that sends one byte a second never is silent, and would hold a connection for days ("slow loris").
const SLOW_WINDOW_MS = 120_000;
const SLOW_BYTES = 1024 * (SLOW_WINDOW_MS / 1000);

/**
 * Ends an exchange in which the network stands still: nothing for `silenceMs`, or, once bytes began to move, less than 1 KiB/s
 * over 120 seconds. Time that is held does not count.
 */
export function createSilenceWatch(options: SilenceWatchOptions): SilenceWatch {
  let last = options.now();
  let heldAt: number | undefined;
  let extra = 0;
  let windowStart: number | undefined;
  let windowBytes = 0;
  let cancel: (() => void) | undefined;

  const stop = (): void => {
    cancel?.();
    cancel = undefined;
  };
  const expire = (why: string): void => {
    stop();
    options.onExpire(why);
  };
  const check = (): void => {
    const now = options.now();
    const quiet = heldAt === undefined ? now - last : 0;
    const allowed = options.silenceMs + extra;
    if (quiet >= allowed) {
      expire(`no byte came or went for ${Math.round(allowed / 1000)} s`);
      return;
    }
    if (heldAt === undefined && windowStart !== undefined && now - windowStart >= SLOW_WINDOW_MS) {
      if (windowBytes < SLOW_BYTES) {
        expire("less than 1 KiB/s came or went for 120 s");
        return;
      }
      windowStart = now;
      windowBytes = 0;
    }
    arm(Math.max(1, Math.min(allowed - quiet, SLOW_WINDOW_MS)));
  };
  const arm = (ms: number): void => {
    cancel = options.schedule(check, ms);
  };
  arm(options.silenceMs);

  return {
    touch: (bytes) => {
      last = options.now();
      extra = 0;
      windowStart ??= last;
      windowBytes += bytes;
    },
    hold: () => {
      heldAt ??= options.now();
    },
    release: () => {
      if (heldAt === undefined) return;
      const now = options.now();
      if (windowStart !== undefined) windowStart += now - heldAt;
      last = now;
      heldAt = undefined;
    },
    allow: (ms) => {
      extra = ms;
      last = options.now();
      // The wait for an answer is no transfer.
      windowStart = undefined;
      windowBytes = 0;
    },
    stop,
  };
}
