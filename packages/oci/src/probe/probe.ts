import type { CapabilityFinding, CapabilityState, Digest, RawManifest, Tag } from "@bale/spec";
import type { RegistryExchange } from "../registry/registry-exchange.js";
import type { RegistryProfile } from "../registry/registry-profile.js";
import { type Answer, ask, type Question } from "./ask.js";
import { CAPABILITIES, type CapabilityId } from "./capabilities.js";
import { createObserver, type Observed } from "./observed.js";
import { createScratch, type Scratch, type ScratchBlob } from "./scratch.js";

/** Why nothing can be pushed: the exit code that it means, and a few words. */
export interface PushRefusal {
  readonly exit: number;
  readonly words: string;
}
/** What later steps have to know of earlier ones. */
export interface ProbeFacts {
  /** Whether the repository was there before. */
  repository: "there" | "absent" | "unclear";
  refusal?: PushRefusal | undefined;
  /** A scratch blob that is stored, and one that no manifest will name. */
  blob?: ScratchBlob | undefined;
  spareBlob?: ScratchBlob | undefined;
  emptyBlobStored?: boolean | undefined;
  /** The size of a blob that was refused in one PUT for its size, and the largest that was taken. */
  refusedSize?: number | undefined;
  takenSize?: number | undefined;
  /** The least and the largest size of a chunk that was seen to work. */
  chunk?: number | undefined;
  largestChunk?: number | undefined;
  /** The scratch manifest in the envelope that works, and another one. */
  manifest?: RawManifest | undefined;
  otherManifest?: RawManifest | undefined;
  envelope?: "native" | "compatible" | undefined;
  referrer?: RawManifest | undefined;
}
/** What may be read, and what should come. */
export interface ReadSubject {
  readonly blob: { readonly digest: Digest; readonly size: number; readonly bytes?: Uint8Array | undefined };
  readonly reference: Tag | Digest;
  readonly manifest: RawManifest;
}
type Learned = { -readonly [Member in keyof RegistryProfile]?: RegistryProfile[Member] };

/** One examination, while it runs. */
export interface Probe {
  readonly exchange: RegistryExchange;
  readonly scratch: Scratch;
  readonly signal: AbortSignal;
  readonly ask: (question: Question) => Promise<Answer>;
  /** The same with another signal, for what has to be done after a stop. */
  readonly askUntil: (question: Question, signal: AbortSignal) => Promise<Answer>;
  readonly observed: () => Observed;
  readonly facts: ProbeFacts;
  /** What transfers should know. */
  readonly learned: Learned;
  readonly works: (id: CapabilityId, line: string, bale: string) => void;
  readonly limited: (id: CapabilityId, line: string, bale: string) => void;
  readonly missing: (id: CapabilityId, line: string, bale: string) => void;
  readonly skip: (id: CapabilityId, why: string) => void;
  readonly stateOf: (id: CapabilityId) => CapabilityState | undefined;
  /** All findings in their order; what was not looked at has `why`. */
  readonly findings: (why: string) => readonly CapabilityFinding[];
}

const NOTHING = "nothing: bale goes on as if it were not known";

export function createProbe(
  exchange: RegistryExchange,
  signal: AbortSignal,
  onBytes: ((sent: number) => void) | undefined,
): Probe {
  const found = new Map<CapabilityId, CapabilityFinding>();
  const observer = createObserver(onBytes);
  const record =
    (state: CapabilityState) =>
    (id: CapabilityId, line: string, bale: string = NOTHING): void => {
      found.set(id, { id, state, line, bale });
    };
  return {
    exchange,
    scratch: createScratch(),
    signal,
    ask: (question) => ask(exchange, question, observer, signal),
    askUntil: (question, other) => ask(exchange, question, observer, other),
    observed: observer.current,
    facts: { repository: "unclear" },
    learned: {},
    works: record("works"),
    limited: record("limited"),
    missing: record("missing"),
    skip: record("not tried"),
    stateOf: (id) => found.get(id)?.state,
    findings: (why) =>
      CAPABILITIES.map(
        ({ id }) => found.get(id) ?? { id, state: "not tried" as const, line: why, bale: NOTHING },
      ),
  };
}

/** Whether an answer is a success. */
export function isGood(answer: Answer): boolean {
  return answer.status >= 200 && answer.status < 300;
}

/** What a refusal said, in a few words. */
export function words(answer: Answer): string {
  if (answer.status === 0) return answer.error?.message ?? "there was no answer";
  return answer.failure?.text ?? `the registry answered ${answer.status}`;
}
