import type { BundlePath } from "@bale/spec";
import { type TarEntry, tarHeaderLength, writeTarHeader } from "./tar-header.js";

/** `data`: that many bytes of the file, from `offset`. */
export type MemberPart =
  | { readonly type: "bytes"; readonly bytes: Uint8Array }
  | { readonly type: "data"; readonly path: BundlePath; readonly offset: number; readonly length: number };
/** Bytes of a file inside a member, from `at` of its decoded bytes. */
export interface MemberData {
  readonly path: BundlePath;
  readonly at: number;
  readonly length: number;
}
/** One gzip member. */
export interface MemberPlan {
  readonly decoded: number;
  readonly data: readonly MemberData[];
  /** In order. Built at each access, so that a layout of many files does not hold their headers. */
  readonly parts: readonly MemberPart[];
}

type Step =
  | { readonly type: "header"; readonly entry: TarEntry; readonly length: number }
  | { readonly type: "zeros"; readonly length: number }
  | { readonly type: "data"; readonly path: BundlePath; readonly offset: number; readonly length: number };

function partsOf(steps: readonly Step[]): MemberPart[] {
  let length = 0;
  for (const step of steps) if (step.type !== "data") length += step.length;
  // One buffer for all headers of the member: many small ones cost more than writing them.
  const bytes = new Uint8Array(length);
  const parts: MemberPart[] = [];
  let from = 0;
  let at = 0;
  const flush = (): void => {
    if (at > from) parts.push({ type: "bytes", bytes: bytes.subarray(from, at) });
    from = at;
  };
  for (const step of steps) {
    if (step.type === "header") at += writeTarHeader(bytes, at, step.entry);
    else if (step.type === "zeros") at += step.length;
    else {
      flush();
      parts.push(step);
    }
  }
  flush();
  return parts;
}

/** Collects what a tar consists of, member by member. */
export interface MemberList {
  readonly header: (entry: TarEntry) => void;
  readonly zeros: (length: number) => void;
  readonly data: (path: BundlePath, offset: number, length: number) => void;
  /** Ends the open member, if it holds anything. */
  readonly close: () => void;
  /** Decoded bytes of the open member. */
  readonly openBytes: () => number;
  readonly plans: readonly MemberPlan[];
}

export function createMemberList(): MemberList {
  const plans: MemberPlan[] = [];
  let steps: Step[] = [];
  let data: MemberData[] = [];
  let decoded = 0;
  const add = (step: Step): void => {
    steps.push(step);
    decoded += step.length;
  };
  return {
    plans,
    openBytes: () => decoded,
    header: (entry) => add({ type: "header", entry, length: tarHeaderLength(entry) }),
    zeros: (length) => {
      if (length > 0) add({ type: "zeros", length });
    },
    data: (path, offset, length) => {
      data.push({ path, at: decoded, length });
      add({ type: "data", path, offset, length });
    },
    close: () => {
      if (decoded === 0) return;
      const closed = steps;
      plans.push({
        decoded,
        data,
        get parts() {
          return partsOf(closed);
        },
      });
      steps = [];
      data = [];
      decoded = 0;
    },
  };
}
