// Measured on seeded data: 1 KiB of random bytes has about 7.8 bits a byte, deflated or encrypted data the same, text under 5.5, machine code under 7.
const SAMPLE_BYTES = 1024;
const RANDOM_BITS = 7.4;
const MIN_SAMPLE_BYTES = 512;

/** A cheap guess from the first KiB: true where deflate would be wasted. Short samples are always worth a try. */
export function seemsIncompressible(sample: Uint8Array): boolean {
  const length = Math.min(sample.length, SAMPLE_BYTES);
  if (length < MIN_SAMPLE_BYTES) return false;
  const counts = new Uint16Array(256);
  for (let index = 0; index < length; index++) {
    const byte = sample[index] as number;
    counts[byte] = (counts[byte] as number) + 1;
  }
  let bits = 0;
  for (const count of counts) if (count > 0) bits -= (count / length) * Math.log2(count / length);
  return bits > RANDOM_BITS;
}
