import type { ByteStream } from "@bale/spec";
import { printableCause } from "../printable-cause.js";
import type { BlobLayer } from "./blob-layer.js";
import { layeredDriver } from "./layered-driver.js";

/** One finished call. `target`: locator or digest. `bytes`: received by a read, size of what a write sent. Times in milliseconds. */
export interface BlobCallRecord {
  readonly call: "stat" | "read" | "write" | "delete" | "mount";
  readonly scheme: string;
  readonly target: string;
  readonly milliseconds: number;
  readonly bytes?: number | undefined;
  /** `stopped`: the reader broke off. */
  readonly outcome: "done" | "failed" | "stopped";
  readonly detail?: string | undefined;
}
export interface LogOptions {
  readonly record: (record: BlobCallRecord) => void;
  /** Monotonic milliseconds. */
  readonly now?: (() => number) | undefined;
}

/** Records each call once, when it ends. */
export function logLayer({ record, now = () => performance.now() }: LogOptions): BlobLayer {
  return (inner) => {
    const { scheme, deletion, mounting } = inner;
    const logged = async <Value>(
      call: BlobCallRecord["call"],
      target: string,
      run: () => Promise<Value>,
      facts: (value: Value) => Partial<BlobCallRecord>,
    ): Promise<Value> => {
      const begun = now();
      try {
        const value = await run();
        record({ call, scheme, target, milliseconds: now() - begun, outcome: "done", ...facts(value) });
        return value;
      } catch (cause) {
        const detail = printableCause(cause);
        record({ call, scheme, target, milliseconds: now() - begun, outcome: "failed", detail });
        throw cause;
      }
    };
    async function* read(...[locator, options]: Parameters<typeof inner.read>): ByteStream {
      const begun = now();
      let bytes = 0;
      let outcome: BlobCallRecord["outcome"] = "stopped";
      let detail: string | undefined;
      try {
        for await (const chunk of inner.read(locator, options)) {
          bytes += chunk.length;
          yield chunk;
        }
        outcome = "done";
      } catch (cause) {
        outcome = "failed";
        detail = printableCause(cause);
        throw cause;
      } finally {
        record({
          call: "read",
          scheme,
          target: locator,
          milliseconds: now() - begun,
          bytes,
          outcome,
          detail,
        });
      }
    }
    return layeredDriver(inner, {
      stat: (locator, options) =>
        logged(
          "stat",
          locator,
          () => inner.stat(locator, options),
          (stat) => ({
            detail: stat ? "present" : "absent",
          }),
        ),
      read,
      write: (locator, source, options) =>
        logged(
          "write",
          locator,
          () => inner.write(locator, source, options),
          (detail) => ({
            bytes: source.size,
            detail,
          }),
        ),
      deletion: deletion && {
        delete: (locator, options) =>
          logged(
            "delete",
            locator,
            () => deletion.delete(locator, options),
            () => ({}),
          ),
      },
      mounting: mounting && {
        mount: (digest, from, options) =>
          logged(
            "mount",
            digest,
            () => mounting.mount(digest, from, options),
            (detail) => ({ detail }),
          ),
      },
    });
  };
}
