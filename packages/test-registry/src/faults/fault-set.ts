import type { ListenerName } from "../request-record.js";
import type { FaultAction, FaultHandle, FaultHit, FaultRule } from "./fault-rule.js";

/** A fault that this request meets. */
export interface MetFault {
  readonly action: FaultAction;
  readonly hit: FaultHit;
}

export interface FaultSet {
  add(rule: FaultRule): FaultHandle;
  clear(): void;
  /** Counts the request in every rule that matches and gives those that act on it. */
  meet(listener: ListenerName, method: string, path: string): readonly MetFault[];
}

interface ActiveRule {
  readonly rule: FaultRule;
  readonly path: RegExp | undefined;
  matched: number;
  hits: number;
}

export function createFaultSet(): FaultSet {
  let active: readonly ActiveRule[] = [];
  return {
    add(rule) {
      const entry: ActiveRule = { rule, path: stateless(rule.path), matched: 0, hits: 0 };
      active = [...active, entry];
      return {
        get hits() {
          return entry.hits;
        },
        remove() {
          active = active.filter((other) => other !== entry);
        },
      };
    },
    clear() {
      active = [];
    },
    meet(listener, method, path) {
      const met: MetFault[] = [];
      for (const entry of active) {
        if (!matches(entry, listener, method, path)) continue;
        entry.matched += 1;
        const { skip = 0, times = 1, action } = entry.rule;
        if (entry.matched <= skip || (times !== 0 && entry.matched > skip + times)) continue;
        entry.hits += 1;
        met.push({ action, hit: { method, path, count: entry.matched } });
      }
      return met;
    },
  };
}

function matches(entry: ActiveRule, listener: ListenerName, method: string, path: string): boolean {
  const { method: wanted, listener: on = "registry" } = entry.rule;
  if (on !== listener) return false;
  if (typeof wanted === "string" ? wanted !== method : wanted !== undefined && !wanted.includes(method)) {
    return false;
  }
  return entry.path?.test(path) ?? true;
}

/** A pattern with the flag g or y remembers where it stopped, so that the same path would match only every other time. */
function stateless(pattern: RegExp | undefined): RegExp | undefined {
  return pattern && new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ""));
}
