import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hostKind, isLoopbackHost } from "./ip-address.js";

describe("hostKind", () => {
  test.each([
    ["localhost", "loopback"],
    ["LOCALHOST:5000", "loopback"],
    ["localhost.", "loopback"],
    ["a.localhost", "loopback"],
    ["127.0.0.1", "loopback"],
    ["127.9.9.9:80", "loopback"],
    ["127.1", "loopback"],
    ["2130706433", "loopback"],
    ["0x7f.1", "loopback"],
    ["0177.0.0.1", "loopback"],
    ["::1", "loopback"],
    ["[::1]:5000", "loopback"],
    ["[::ffff:127.0.0.1]", "loopback"],
    ["[::ffff:7f00:1]", "loopback"],
    ["[::127.0.0.1]", "loopback"],
    ["[64:ff9b::127.0.0.1]", "loopback"],
    ["[2002:7f00:1::]", "loopback"],
    ["[::ffff:0:127.0.0.1]", "loopback"],
    ["0.0.0.0", "internal"],
    ["10.0.0.1", "internal"],
    ["167772161", "internal"],
    ["012.1", "internal"],
    ["100.64.0.1", "internal"],
    ["100.128.0.1", "public"],
    ["169.254.169.254", "internal"],
    ["0xa9fea9fe", "internal"],
    ["172.15.255.255", "public"],
    ["172.16.0.1", "internal"],
    ["172.31.255.255", "internal"],
    ["172.32.0.0", "public"],
    ["192.168.1.1:443", "internal"],
    ["198.18.0.1", "internal"],
    ["224.0.0.1", "internal"],
    ["255.255.255.255", "internal"],
    ["[::]", "internal"],
    ["fe80::1", "internal"],
    ["[fd00::1]", "internal"],
    ["[fec0::1]", "internal"],
    ["[ff02::1]", "internal"],
    ["[2002:c0a8:0101::1]", "internal"],
    ["[2002:0808:0808::1]", "public"],
    ["[64:ff9b::a00:1]", "internal"],
    ["[64:ff9b:1::808:808]", "internal"],
    ["[2001:0:1::]", "internal"],
    ["[2606:4700::1111]", "public"],
    ["8.8.8.8", "public"],
    ["ghcr.io", "name"],
    ["ghcr.io:443", "name"],
    ["localhost.example", "name"],
    ["notlocalhost", "name"],
    ["bad host", "internal"],
    ["", "internal"],
  ])("%s is %s", (host, kind) => {
    expect(hostKind(host)).toBe(kind);
  });

  test("every spelling of an IPv4 address is judged like the dotted one", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (value) => {
        const parts = [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
        const kind = hostKind(parts.join("."));
        const hex = value.toString(16).padStart(8, "0");
        const low = `${hex.slice(0, 4)}:${hex.slice(4)}`;
        expect(hostKind(String(value))).toBe(kind);
        expect(hostKind(`0x${hex}`)).toBe(kind);
        expect(hostKind(parts.map((part) => `0${part.toString(8)}`).join("."))).toBe(kind);
        expect(hostKind(`[::ffff:${low}]`)).toBe(kind);
        expect(hostKind(`[64:ff9b::${low}]`)).toBe(kind);
        expect(hostKind(`[2002:${low}::9]`)).toBe(kind);
      }),
    );
  });
});

test("only this machine is loopback", () => {
  expect(isLoopbackHost("::1")).toBe(true);
  expect(isLoopbackHost("10.0.0.1")).toBe(false);
  expect(isLoopbackHost("ghcr.io")).toBe(false);
});
