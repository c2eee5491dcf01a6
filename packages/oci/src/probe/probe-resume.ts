import type { ByteSource } from "@bale/spec";
import { keptBytes } from "../blobs/session-progress.js";
import { pauseBeforeRetry } from "../retry-pause.js";
import { sha256 } from "../sha256.js";
import { isGood, type Probe, words } from "./probe.js";
import { closeUpload, giveUp, locationOf, openUpload, patch, storedSize } from "./sessions.js";

const LEAST = 256 * 1024;
const LOOKS = 5;
/** Long enough for what was sent to leave this machine. */
const HOLD_MS = 20;

/** A source that breaks off after half of what it promises. */
function brokenSource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    open: async function* () {
      yield bytes.subarray(0, bytes.length / 2);
      await new Promise((resolve) => setTimeout(resolve, HOLD_MS));
      throw new Error("broken off on purpose");
    },
  };
}

type Resumed = "resumed" | "from the beginning" | "lost";

/** Asks and sends until the registry has all: what it says it has may still grow while it takes in what was on its way. */
async function goOn(
  probe: Probe,
  begun: URL,
  bytes: Uint8Array,
): Promise<{ outcome: Resumed; location: URL }> {
  let location = begun;
  for (let look = 1; look <= LOOKS; look++) {
    const status = await probe.ask({ method: "GET", target: location, actions: ["pull", "push"] });
    if (status.status !== 204) return { outcome: "lost", location };
    location = locationOf(probe, location, status) ?? location;
    const said = keptBytes(status) ?? 0;
    // 0-0 is none, by distribution.
    const kept = said === 1 ? 0 : said;
    if (kept > bytes.length) return { outcome: "lost", location };
    const next = await patch(probe, location, kept, bytes.subarray(kept));
    location = locationOf(probe, location, next) ?? location;
    if (isGood(next)) return { outcome: kept > 0 ? "resumed" : "from the beginning", location };
    if (next.status !== 416) return { outcome: "lost", location };
    await pauseBeforeRetry({ attempt: look }, Math.min(probe.exchange.pauseMs, 100), probe.signal);
  }
  return { outcome: "lost", location };
}

/** Breaks a chunk off in the middle, as a network does, and goes on. */
export async function probeResume(probe: Probe): Promise<void> {
  const { facts, learned, scratch } = probe;
  const id = "resume";
  const bale = "begins a broken upload anew";
  if (facts.chunk === undefined)
    return probe.skip(id, "chunks do not work, and nothing else can be gone on with");
  if (learned.sessionStatus === false)
    return probe.missing(id, "a broken upload cannot be gone on with: it does not tell how far it is", bale);
  const opened = await openUpload(probe);
  if (opened.location === undefined) return probe.skip(id, `no upload was opened: ${words(opened.answer)}`);
  const size = Math.min(Math.max(LEAST, facts.chunk), facts.largestChunk ?? facts.chunk);
  const { bytes, digest } = scratch.blob(size);
  await patch(probe, opened.location, 0, brokenSource(bytes));
  const { outcome, location } = await goOn(probe, opened.location, bytes);
  const closed =
    outcome === "lost"
      ? undefined
      : await closeUpload(probe, location, sha256(bytes), new Uint8Array(0), size);
  if (closed && isGood(closed) && (await storedSize(probe, digest)) === size) {
    if (outcome === "resumed")
      return probe.works(id, "an upload that broke off goes on from where it was", "goes on from there");
    return probe.limited(
      id,
      "an upload that broke off goes on, and what had arrived of the chunk is lost",
      "sends the chunk again",
    );
  }
  await giveUp(probe, location);
  probe.missing(id, "an upload that broke off is lost", bale);
}
