import type { CallOptions } from "./bytes.js";
import type { Digest } from "./digest.js";
import type { JsonObject } from "./json.js";
import type { Tag } from "./tag.js";

export type CapabilityState = "works" | "missing" | "limited" | "not tried";

/** What was found out about one capability of a registry. */
export interface CapabilityFinding {
  /** For programs: `chunks`, `delete-tag`. Never renamed. */
  readonly id: string;
  readonly state: CapabilityState;
  /** What the registry did, one plain line. */
  readonly line: string;
  /** What bale does about it, one plain line. */
  readonly bale: string;
}
export interface HealthVerdict {
  readonly state: "ready" | "usable with limits" | "not usable" | "not tried";
  readonly line: string;
  /** 0, 4 (the account may not), 7 (no answer) or 10 (a capability that push or pull needs is missing). */
  readonly exit: number;
}
/** What an examination wrote, and what it could not take away again. */
export interface ScratchReport {
  readonly tag: string;
  /** Whether no scratch tag is there any more. */
  readonly removed: boolean;
  /** One line for each thing that stays. */
  readonly left: readonly string[];
}
export interface RegistryHealth {
  readonly registry: string;
  readonly repository: string;
  readonly verdict: HealthVerdict;
  /** Every capability once, always in the same order. */
  readonly findings: readonly CapabilityFinding[];
  readonly scratch: ScratchReport;
  readonly requests: number;
  readonly sentBytes: number;
  /** What later transfers should know, in the form that the remote's plugin reads; absent where pushes are not possible. */
  readonly profile?: JsonObject | undefined;
}
export interface ExamineOptions extends CallOptions {
  /** What to read where nothing may be written; without either, `latest` or any tag there is. */
  readonly tag?: Tag | undefined;
  readonly digest?: Digest | undefined;
  /** Makes no request: each finding says what would be tried. */
  readonly dryRun?: boolean | undefined;
  /** Bytes sent so far. */
  readonly onBytes?: ((sent: number) => void) | undefined;
}
