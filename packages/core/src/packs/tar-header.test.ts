import { describe, expect, it } from "vitest";
import { tarHeader, tarHeaderLength, tarPadding } from "./tar-header.js";

const text = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.subarray(from, to)).toString("latin1").replace(/\0+$/, "");

describe("tarHeader", () => {
  it("writes a plain file as one USTAR block without owner and time", () => {
    const header = tarHeader({ path: "src/main.c", type: "file", size: 1234 });
    expect(header.length).toBe(512);
    expect(text(header, 0, 100)).toBe("src/main.c");
    expect(text(header, 100, 108)).toBe("0000644");
    expect(text(header, 108, 116)).toBe("0000000");
    expect(text(header, 116, 124)).toBe("0000000");
    expect(text(header, 124, 136)).toBe("00000002322");
    expect(text(header, 136, 148)).toBe("00000000000");
    expect(text(header, 156, 157)).toBe("0");
    expect(text(header, 257, 265)).toBe("ustar\u000000");
    expect(header.subarray(265, 329).every((byte) => byte === 0)).toBe(true);
  });

  it("sums all bytes with the checksum field as spaces", () => {
    const header = tarHeader({ path: "a", type: "exec", size: 0 });
    const stated = Number.parseInt(text(header, 148, 154), 8);
    const copy = Uint8Array.from(header).fill(32, 148, 156);
    expect(stated).toBe(copy.reduce((sum, byte) => sum + byte, 0));
    expect(text(header, 100, 108)).toBe("0000755");
  });

  it("ends folders with a slash and gives links their target and no size", () => {
    const folder = tarHeader({ path: "a/b", type: "folder", size: 0 });
    expect([text(folder, 0, 100), text(folder, 156, 157), text(folder, 100, 108)]).toEqual([
      "a/b/",
      "5",
      "0000755",
    ]);
    const link = tarHeader({ path: "l", type: "link", size: 0, target: "a/b" });
    expect([text(link, 156, 157), text(link, 157, 257)]).toEqual(["2", "a/b"]);
  });

  it("splits a long name at a slash before it needs PAX", () => {
    const path = `${"d".repeat(150)}/${"f".repeat(100)}`;
    const header = tarHeader({ path, type: "file", size: 1 });
    expect(header.length).toBe(512);
    expect([text(header, 345, 500), text(header, 0, 100)]).toEqual(["d".repeat(150), "f".repeat(100)]);
  });

  it.each([
    ["a part of more than 100 bytes", "f".repeat(101), undefined, "path"],
    ["no slash in the right place", `${"d".repeat(160)}/${"f".repeat(10)}`, undefined, "path"],
    ["a name outside ASCII", "modèles/poids.bin", undefined, "path"],
    ["a long target", "link", `t/${"x".repeat(99)}`, "linkpath"],
    ["a target outside ASCII", "link", "é", "linkpath"],
  ])("writes PAX for %s", (_, path, target, key) => {
    const header = tarHeader({ path, type: target === undefined ? "file" : "link", size: 0, target });
    expect(text(header, 156, 157)).toBe("x");
    const record = Buffer.from(header.subarray(512)).toString("utf8");
    const value = key === "path" ? path : target;
    const body = ` ${key}=${value}\n`;
    const length = Number.parseInt(record, 10);
    expect(record.slice(String(length).length).startsWith(body)).toBe(true);
    expect(length).toBe(String(length).length + Buffer.byteLength(body));
  });

  it("states sizes from 8 GiB on in PAX", () => {
    expect(tarHeader({ path: "a", type: "file", size: 8 ** 11 - 1 }).length).toBe(512);
    const header = tarHeader({ path: "a", type: "file", size: 8 ** 11 });
    expect(Buffer.from(header.subarray(512, 540)).toString("latin1")).toMatch(/^19 size=8589934592\n/);
    expect(text(header, 1024 + 124, 1024 + 136)).toBe("00000000000");
  });

  it("counts its own digits where they change the record's length", () => {
    for (let length = 101; length < 130; length++) {
      const path = `é${"x".repeat(length)}`;
      const record = Buffer.from(tarHeader({ path, type: "file", size: 0 }).subarray(512)).toString("utf8");
      const stated = Number.parseInt(record, 10);
      expect(Buffer.from(record).subarray(0, stated).at(-1)).toBe(10);
      expect(Buffer.from(record)[stated]).toBe(0);
    }
  });

  it("predicts its length", () => {
    for (const path of [
      "a",
      "é",
      "x".repeat(101),
      `${"y".repeat(90)}/${"z".repeat(90)}`,
      "p/".repeat(200).slice(0, -1),
    ])
      for (const type of ["file", "folder"] as const)
        expect(tarHeaderLength({ path, type, size: 0 })).toBe(tarHeader({ path, type, size: 0 }).length);
    const link = { path: "l", type: "link", size: 0, target: "t".repeat(101) } as const;
    expect(tarHeaderLength(link)).toBe(tarHeader(link).length);
  });
});

describe("tarPadding", () => {
  it("fills the last block", () => {
    expect([0, 1, 511, 512, 513].map(tarPadding)).toEqual([0, 511, 1, 0, 511]);
  });
});
