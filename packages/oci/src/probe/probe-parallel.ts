import type { ByteSource } from "@bale/spec";
import { isGood, type Probe } from "./probe.js";
import { closeUpload, giveUp, openUpload } from "./sessions.js";

const AT_ONCE = 8;
const SIZE = 32 * 1024;
// The last request is on its way for a moment before it is seen among the others: as long as a few answers take.
const HOLD_ANSWERS = 4;
const LEAST_HOLD_MS = 15;
/** Where fewer connections are allowed than there are uploads, the last ones begin only when others have ended. */
const LONGEST_WAIT_MS = 2_000;

interface Gate {
  /** Waits until the gate opens. */
  readonly pass: () => Promise<void>;
  /** An answer came early: others may be under way. */
  readonly answered: () => void;
  /** How many had come when it opened. */
  readonly together: () => number;
}

/** Opens when so many have come and nothing has happened for a while, or when that does not happen at all. */
function createGate(count: number, holdMs: number): Gate {
  let came = 0;
  let together = 0;
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let timer = setTimeout(() => open(), LONGEST_WAIT_MS);
  void opened.then(() => {
    clearTimeout(timer);
    together = came;
  });
  const waitOn = (): void => {
    if (came < count || together > 0) return;
    clearTimeout(timer);
    timer = setTimeout(() => open(), holdMs);
  };
  return {
    pass: async () => {
      came++;
      waitOn();
      await opened;
    },
    answered: waitOn,
    together: () => together,
  };
}

function heldSource(bytes: Uint8Array, pass: () => Promise<void>): ByteSource {
  return {
    size: bytes.length,
    open: async function* () {
      yield bytes.subarray(0, bytes.length / 2);
      await pass();
      yield bytes.subarray(bytes.length / 2);
    },
  };
}

/** Several uploads whose second halves wait until all first halves are on their way. */
export async function probeParallelUploads(probe: Probe): Promise<void> {
  const { learned, scratch } = probe;
  const id = "upload-parallel";
  const blobs = Array.from({ length: AT_ONCE }, () => scratch.blob(SIZE));
  const locations: URL[] = [];
  const started = performance.now();
  for (const _ of blobs) {
    const { location } = await openUpload(probe);
    if (location) locations.push(location);
  }
  const answerMs = (performance.now() - started) / AT_ONCE;
  if (locations.length < AT_ONCE) return probe.skip(id, "so many uploads could not be opened");
  const gate = createGate(AT_ONCE, Math.max(LEAST_HOLD_MS, HOLD_ANSWERS * answerMs));
  const answers = await Promise.all(
    blobs.map(async (blob, index) => {
      const location = locations[index] as URL;
      const answer = await closeUpload(probe, location, blob.digest, heldSource(blob.bytes, gate.pass));
      gate.answered();
      return answer;
    }),
  );
  await Promise.all(
    answers.map((answer, index) => (isGood(answer) ? undefined : giveUp(probe, locations[index] as URL))),
  );
  const done = answers.filter(isGood).length;
  const together = gate.together();
  if (done === AT_ONCE) {
    probe.works(
      id,
      `${together} uploads at once are taken`,
      "sends four at once, or as many as --concurrency says",
    );
    return;
  }
  if (done === 0) return probe.skip(id, "none of several uploads at once went through");
  learned.concurrency = done;
  const statuses = [...new Set(answers.filter((answer) => !isGood(answer)).map(({ status }) => status))];
  probe.limited(
    id,
    `of ${together} uploads at once ${done} are taken, and the others refused (${statuses.join(", ")})`,
    `sends at most ${done} at once`,
  );
}
