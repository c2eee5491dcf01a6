/** Bytes of one request of a large read: few enough that several fit into memory, enough that a round trip is little beside them. */
export const SEGMENT: number = 4 * 1024 * 1024;

/** Segments that may wait in memory, over all reads of a driver. */
export interface SegmentRoom {
  readonly tryTake: () => boolean;
  readonly giveBack: () => void;
}

/** Never waits: who finds no room reads over one connection, so that no read can stop another. */
export function createSegmentRoom(segments: number): SegmentRoom {
  let free = segments;
  return {
    tryTake: () => {
      if (free === 0) return false;
      free--;
      return true;
    },
    giveBack: () => {
      free++;
    },
  };
}
