/** Bytes of one request of a large read: what one round trip to a store in another region is small against. */
export const SEGMENT: number = 8 * 1024 * 1024;

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
