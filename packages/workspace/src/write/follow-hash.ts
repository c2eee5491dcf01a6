import type { Digest } from "@bale/spec";
import type { HashPool } from "../hash-pool.js";

/** Hashes a file in a thread while it is being written. */
export interface FollowHash {
  /** The first `bytes` of the file are written. */
  readonly advance: (bytes: number) => void;
  /** `undefined` when the thread could not: the caller then reads the file itself. */
  readonly finish: () => Promise<Digest | undefined>;
  readonly cancel: () => void;
}

const STEP_BYTES = 1024 * 1024;

export function createFollowHash(pool: HashPool, path: string, size: number): FollowHash {
  const shared = new SharedArrayBuffer(8);
  const available = new BigInt64Array(shared);
  let told = 0;
  const tell = (value: number): void => {
    told = value;
    Atomics.store(available, 0, BigInt(value));
    Atomics.notify(available, 0);
  };
  const report = pool.run({ type: "follow", path, size, available: shared }).then(
    (answer) =>
      answer.type === "followed" && answer.hex !== undefined ? (`sha256:${answer.hex}` as Digest) : undefined,
    () => undefined,
  );
  return {
    // Waking a thread for every chunk would cost more than the hash.
    advance: (bytes) => {
      if (bytes - told >= STEP_BYTES || bytes === size) tell(bytes);
    },
    finish: () => report,
    cancel: () => tell(-1),
  };
}
