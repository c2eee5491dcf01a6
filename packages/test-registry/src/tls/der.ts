/** The few parts of DER (X.690) that a certificate needs. */

export function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...lengthOctets(content.length)]), content]);
}

export function derSequence(...parts: readonly Uint8Array[]): Buffer {
  return der(0x30, ...parts);
}

export function derText(text: string): Buffer {
  return der(0x0c, Buffer.from(text, "utf8"));
}

/** A positive integer from its big-endian octets. */
export function derInteger(octets: Uint8Array): Buffer {
  const highBitSet = ((octets[0] ?? 0) & 0x80) !== 0;
  return der(0x02, Buffer.from(highBitSet ? [0] : []), octets);
}

export function derBits(octets: Uint8Array): Buffer {
  return der(0x03, Buffer.from([0]), octets);
}

/** An object identifier such as `2.5.4.3`. */
export function derObject(identifier: string): Buffer {
  const [first = 0, second = 0, ...rest] = identifier.split(".").map(Number);
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** UTCTime up to 2049 and GeneralizedTime from then on (RFC 5280, section 4.1.2.5). */
export function derTime(time: Date): Buffer {
  const text = `${time.toISOString().replace(/[-:T]|\.\d{3}/g, "")}`;
  const year = time.getUTCFullYear();
  return year >= 1950 && year < 2050
    ? der(0x17, Buffer.from(text.slice(2), "latin1"))
    : der(0x18, Buffer.from(text, "latin1"));
}

function lengthOctets(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return [0x80 | octets.length, ...octets];
}

function base128(value: number): readonly number[] {
  const octets = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
    octets.unshift(0x80 | (rest % 128));
  }
  return octets;
}
