/** Bits in the order of RFC 1951: the first bit is the lowest one of its byte. */
export interface BitWriter {
  /** The low `count` bits of `value`; at most 16 at once. */
  readonly write: (value: number, count: number) => void;
  /** All bytes; the last one is filled with zero bits. */
  readonly finish: () => Uint8Array;
}

export function createBitWriter(expectedBytes: number): BitWriter {
  let bytes = new Uint8Array(Math.max(64, expectedBytes));
  let length = 0;
  let held = 0;
  let heldBits = 0;
  const put = (byte: number): void => {
    if (length === bytes.length) {
      const larger = new Uint8Array(2 * length);
      larger.set(bytes);
      bytes = larger;
    }
    bytes[length++] = byte;
  };
  return {
    write: (value, count) => {
      held |= value << heldBits;
      heldBits += count;
      while (heldBits >= 8) {
        put(held & 0xff);
        held >>>= 8;
        heldBits -= 8;
      }
    },
    finish: () => {
      if (heldBits > 0) put(held & 0xff);
      return bytes.subarray(0, length);
    },
  };
}
