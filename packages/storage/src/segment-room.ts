/** Room in memory for segments of large reads, over all reads of a driver. */
export interface SegmentRoom {
  readonly tryTake: () => boolean;
  readonly giveBack: () => void;
}

/** Nobody ever waits for it: who finds none reads over one connection, so that no read can stop another. */
export function createSegmentRoom(segments: number): SegmentRoom {
  let free = segments;
  return {
    tryTake: () => {
      if (free <= 0) return false;
      free--;
      return true;
    },
    giveBack: () => {
      free++;
    },
  };
}
