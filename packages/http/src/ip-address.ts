/** `loopback`: this machine, by address or name. `internal`: any other address that is not globally routable. `name`: decided by DNS. */
export type HostKind = "loopback" | "internal" | "public" | "name";

// IANA special-purpose registry for IPv4 (RFC 6890 and its followers): first address and prefix length.
const INTERNAL_V4: readonly (readonly [number, number])[] = [
  [0x00000000, 8],
  [0x0a000000, 8],
  [0x64400000, 10],
  [0xa9fe0000, 16],
  [0xac100000, 12],
  [0xc0000000, 24],
  [0xc0a80000, 16],
  [0xc6120000, 15],
  [0xe0000000, 4],
  [0xf0000000, 4],
];

function v4Value(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!match) return undefined;
  const parts = match.slice(1).map(Number);
  if (parts.some((part) => part > 255)) return undefined;
  return parts.reduce((value, part) => value * 256 + part, 0);
}

function v4Kind(value: number): HostKind {
  if (value >>> 24 === 127) return "loopback";
  const inside = INTERNAL_V4.some(([base, bits]) => value >>> (32 - bits) === base >>> (32 - bits));
  return inside ? "internal" : "public";
}

/** The eight groups of an IPv6 address as WHATWG URL writes it: lower case, no embedded dotted part, no zone. */
function v6Groups(text: string): readonly number[] | undefined {
  if (!/^[0-9a-f:]+$/.test(text)) return undefined;
  const [head = "", tail] = text.split("::");
  const read = (part: string): number[] =>
    part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16));
  const front = read(head);
  const back = tail === undefined ? [] : read(tail);
  const missing = 8 - front.length - back.length;
  if (missing < 0 || (tail === undefined && missing !== 0)) return undefined;
  return [...front, ...Array.from({ length: missing }, () => 0), ...back];
}

function v6Kind(groups: readonly number[]): HostKind {
  const [a = 0, b = 0, c = 0] = groups;
  const embedded = (index: number): HostKind =>
    v4Kind((groups[index] ?? 0) * 0x10000 + (groups[index + 1] ?? 0));
  const zeros = groups.slice(0, 5).every((group) => group === 0);
  if (zeros && groups[5] === 0 && groups[6] === 0 && groups[7] === 1) return "loopback";
  // Mapped (RFC 4291 2.5.5.2), the older compatible form, translated (RFC 2765) and their IPv4 inside.
  if (zeros && (groups[5] === 0xffff || groups[5] === 0)) return embedded(6);
  if (groups.slice(0, 4).every((group) => group === 0) && groups[4] === 0xffff) return embedded(6);
  // 6to4 (RFC 3056) and NAT64 (RFC 6052) lead to the IPv4 address that they carry.
  if (a === 0x2002) return embedded(1);
  if (a === 0x64 && b === 0xff9b && groups.slice(2, 6).every((group) => group === 0)) return embedded(6);
  // Local-use NAT64 (RFC 8215) and Teredo (RFC 4380) cannot be judged from outside.
  if ((a === 0x64 && b === 0xff9b && c === 1) || (a === 0x2001 && b === 0)) return "internal";
  // Unique local, link-local, the withdrawn site-local, multicast.
  if ((a & 0xfe00) === 0xfc00 || (a & 0xffc0) === 0xfe80 || (a & 0xffc0) === 0xfec0 || a >>> 8 === 0xff)
    return "internal";
  return "public";
}

/**
 * What a host leads to, judged from its text alone. Port and brackets may be there. Decimal, octal, hexadecimal and shortened
 * addresses are read as a URL parser reads them, so that no spelling slips through. Text that is no host counts as `internal`.
 */
export function hostKind(host: string): HostKind {
  let name: string;
  // A bare IPv6 address has no brackets, and therefore no port.
  const bare = /^[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*$/i.test(host);
  try {
    name = new URL(`http://${bare ? `[${host}]` : host}/`).hostname.replace(/\.$/, "");
  } catch {
    return "internal";
  }
  if (name === "localhost" || name.endsWith(".localhost")) return "loopback";
  if (name.startsWith("[")) {
    const groups = v6Groups(name.slice(1, -1));
    return groups ? v6Kind(groups) : "internal";
  }
  const value = v4Value(name);
  return value === undefined ? "name" : v4Kind(value);
}

/** Whether a host, with or without a port, is this machine: `localhost`, `*.localhost`, 127.0.0.0/8, `::1`, in any spelling. */
export function isLoopbackHost(host: string): boolean {
  return hostKind(host) === "loopback";
}
