interface Head<T> {
  readonly iterator: Iterator<T>;
  readonly stream: number;
  value: T;
}

/**
 * Merges sorted streams into one sorted stream; equal elements come in the order of their streams. Holds one element a stream.
 * Breaking out of the loop closes every stream that was opened.
 */
export function* mergeSorted<T>(
  streams: readonly Iterable<T>[],
  compare: (a: T, b: T) => number,
): Generator<T, void, undefined> {
  const heap: Head<T>[] = [];
  const before = (a: Head<T>, b: Head<T>): boolean => {
    const order = compare(a.value, b.value);
    return order < 0 || (order === 0 && a.stream < b.stream);
  };
  try {
    for (const [stream, iterable] of streams.entries()) {
      const iterator = iterable[Symbol.iterator]();
      const step = iterator.next();
      if (step.done !== true) heap.push({ iterator, stream, value: step.value });
    }
    heap.sort((a, b) => (before(a, b) ? -1 : 1));
    for (let top = heap[0]; top !== undefined; top = heap[0]) {
      yield top.value;
      const step = top.iterator.next();
      if (step.done !== true) top.value = step.value;
      else {
        const last = heap.pop();
        if (last === undefined || last === top) continue;
        heap[0] = last;
      }
      sinkTop(heap, before);
    }
  } finally {
    for (const head of heap) head.iterator.return?.();
  }
}

/** Restores the heap after its first element grew. */
function sinkTop<T>(heap: T[], before: (a: T, b: T) => boolean): void {
  let parent = 0;
  for (;;) {
    let least = parent;
    for (const child of [2 * parent + 1, 2 * parent + 2]) {
      if (child < heap.length && before(heap[child] as T, heap[least] as T)) least = child;
    }
    if (least === parent) return;
    const moved = heap[parent] as T;
    heap[parent] = heap[least] as T;
    heap[least] = moved;
    parent = least;
  }
}
