import { createHash, type Hash } from "node:crypto";
import type { ByteSource } from "@bale/spec";
import type { Payload } from "../api/payload.js";
import { exactSource, otherSize } from "./exact-source.js";
import { DEFAULT_PART, type Part } from "./plan-parts.js";

export interface PartPayload extends Payload {
  /** As an ETag has it, without the quotes; only where it was asked for. */
  readonly md5: string | undefined;
}

/** Parts up to this size are kept in memory between hashing and sending; larger ones are read twice. */
const KEPT = DEFAULT_PART;

function md5Hash(): Hash | undefined {
  try {
    return createHash("md5");
  } catch {
    // Not in Node's FIPS mode; such a part is sent again.
    return undefined;
  }
}

/** Reads one part of a source, and knows its hashes before it is sent. @throws BaleError `FILE_CHANGED`; what the source throws */
export async function partPayload(
  source: ByteSource,
  part: Part,
  wanted: { readonly md5: boolean; readonly signal: AbortSignal },
): Promise<PartPayload> {
  const size = part.endExclusive - part.start;
  const range = { start: part.start, endExclusive: part.endExclusive };
  const kept = size <= KEPT ? Buffer.allocUnsafeSlow(size) : undefined;
  const sha256 = createHash("sha256");
  const md5 = wanted.md5 ? md5Hash() : undefined;
  let received = 0;
  for await (const chunk of source.open({ range, signal: wanted.signal })) {
    wanted.signal.throwIfAborted();
    if (received + chunk.length > size) throw otherSize(size, "more");
    sha256.update(chunk);
    md5?.update(chunk);
    // Copied, since a source may use the memory of a chunk again.
    kept?.set(chunk, received);
    received += chunk.length;
  }
  if (received < size) throw otherSize(size, String(received));
  return {
    size,
    sha256: sha256.digest("hex"),
    md5: md5?.digest("hex"),
    open: kept
      ? async function* () {
          yield kept;
        }
      : (call) => exactSource(source).open({ signal: call?.signal, range }),
  };
}
