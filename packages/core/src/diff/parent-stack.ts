import type { BundlePath } from "@bale/spec";

/** Finds, for each path of a sorted walk, the nearest path before it that is one of its parents. */
export interface ParentStack<Value> {
  /** The value of the nearest parent that was pushed, or `undefined`. */
  readonly parentOf: (path: BundlePath) => { readonly path: BundlePath; readonly value: Value } | undefined;
  readonly push: (path: BundlePath, value: Value) => void;
}

/**
 * A stack in which each path begins with the text of the one below it. Bytewise order puts `a-b` between `a` and `a/b`; but all that lies
 * between a path and the paths below it begins with its text, so that popping what is no textual prefix never loses a parent. Amortised
 * constant time a path.
 */
export function createParentStack<Value>(): ParentStack<Value> {
  const stack: { path: BundlePath; value: Value }[] = [];
  return {
    parentOf(path) {
      for (;;) {
        const top = stack.at(-1);
        if (top === undefined || path.startsWith(top.path)) break;
        stack.pop();
      }
      for (let index = stack.length - 1; index >= 0; index--) {
        const candidate = stack[index];
        if (candidate !== undefined && path.charAt(candidate.path.length) === "/") return candidate;
      }
      return undefined;
    },
    push(path, value) {
      stack.push({ path, value });
    },
  };
}
