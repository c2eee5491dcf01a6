import type { BlobDriver, ByteSource, ByteStream } from "@bale/spec";
import type { BlobLayer } from "./blob-layer.js";
import { layeredDriver } from "./layered-driver.js";

/** How often each fault strikes, from 0 (never, the default) to 1. */
export interface ChaosOptions {
  /** 0 to 1; a seeded one makes a run repeatable. */
  readonly random: () => number;
  /** A call fails before it does anything. */
  readonly fail?: number | undefined;
  /** A read breaks with an error after some bytes. */
  readonly breakRead?: number | undefined;
  /** A read ends early as if it were complete. */
  readonly truncate?: number | undefined;
  /** One bit of a read is wrong. */
  readonly corrupt?: number | undefined;
  /** A read goes on after its end. */
  readonly extend?: number | undefined;
  /** A write breaks while it reads its source. */
  readonly breakWrite?: number | undefined;
  /** A write succeeds, and its caller is told that it failed. */
  readonly loseAnswer?: number | undefined;
}

class ChaosError extends Error {
  override readonly name = "ChaosError";
}

/** Faults on purpose, for tests of everything above a driver. Its own errors are classified as `unavailable`. */
export function chaosLayer(options: ChaosOptions): BlobLayer {
  const strikes = (rate: number | undefined): boolean => rate !== undefined && options.random() < rate;
  const failFirst = (): void => {
    if (strikes(options.fail)) throw new ChaosError("no connection");
  };

  async function* damaged(stream: ByteStream): ByteStream {
    failFirst();
    const fault = strikes(options.breakRead)
      ? "break"
      : strikes(options.truncate)
        ? "truncate"
        : strikes(options.corrupt)
          ? "corrupt"
          : strikes(options.extend)
            ? "extend"
            : undefined;
    let pending = fault !== undefined && fault !== "extend";
    for await (const chunk of stream) {
      if (!pending || chunk.length === 0) {
        yield chunk;
        continue;
      }
      pending = false;
      const at = Math.floor(options.random() * chunk.length);
      if (fault === "corrupt") {
        const copy = Uint8Array.from(chunk);
        copy[at] = (copy[at] as number) ^ (1 << Math.floor(options.random() * 8));
        yield copy;
        continue;
      }
      if (at > 0) yield chunk.subarray(0, at);
      if (fault === "break") throw new ChaosError("connection reset");
      return;
    }
    if (fault === "extend") yield new Uint8Array(1);
  }

  /** Breaks before the last byte, so that no driver can have got everything. */
  function breaking(source: ByteSource): ByteSource {
    return {
      size: source.size,
      async *open(call) {
        for await (const chunk of source.open(call)) {
          if (chunk.length > 1) yield chunk.subarray(0, Math.floor(options.random() * chunk.length));
          throw new ChaosError("connection reset");
        }
        throw new ChaosError("connection reset");
      },
    };
  }

  return (inner): BlobDriver => {
    const { deletion } = inner;
    return layeredDriver(inner, {
      stat: async (...call) => {
        failFirst();
        return inner.stat(...call);
      },
      read: (...call) => damaged(inner.read(...call)),
      write: async (locator, source, call) => {
        failFirst();
        const outcome = await inner.write(
          locator,
          strikes(options.breakWrite) ? breaking(source) : source,
          call,
        );
        if (strikes(options.loseAnswer)) throw new ChaosError("the answer was lost");
        return outcome;
      },
      deletion: deletion && {
        delete: async (...call) => {
          failFirst();
          await deletion.delete(...call);
        },
      },
      classify: (cause) =>
        cause instanceof ChaosError
          ? { kind: "unavailable", retry: { kind: "safe" } }
          : inner.classify(cause),
    });
  };
}
