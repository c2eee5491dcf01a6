import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type BundlePath, comparePaths } from "@bale/spec";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memberBytes, packBytes } from "./pack-bytes.js";
import { packExtents } from "./pack-extents.js";
import { layoutPack, type PackEntry } from "./pack-layout.js";
import { blobRef, deflater, KiB, MiB, noise, readThroughExtents } from "./packs.testing.js";

type Content = ReadonlyMap<BundlePath, Uint8Array>;
const reader =
  (content: Content) =>
  (path: BundlePath, offset: number, length: number): Uint8Array =>
    (content.get(path) ?? new Uint8Array()).subarray(offset, offset + length);

function entriesOf(content: Content, links: ReadonlyMap<string, string> = new Map()): PackEntry[] {
  const files = [...content].map(([path, bytes], index) => ({
    path,
    kind: index % 3 === 0 ? ("exec" as const) : ("file" as const),
    size: bytes.length,
  }));
  const targets = [...links].map(([path, target]) => ({
    path: path as BundlePath,
    kind: "link" as const,
    size: target.length,
    target,
  }));
  return [...files, ...targets];
}

const part = fc.constantFrom("a", "b", "a-b", "a.b", "é", "z".repeat(60), "𝒳", "\uffee", "f");
const paths = fc
  .uniqueArray(
    fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join("/")),
    { maxLength: 30 },
  )
  .map((list) => list.filter((path) => !list.some((other) => other.startsWith(`${path}/`))));
const size = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 3000 }) },
  { weight: 1, arbitrary: fc.constantFrom(512, 1024, 128 * KiB - 1, 128 * KiB, 128 * KiB + 1) },
);
const contents = fc
  .tuple(paths, fc.array(size, { minLength: 30, maxLength: 30 }))
  .map(
    ([list, sizes]): Content =>
      new Map(list.map((path, index) => [path as BundlePath, noise(sizes[index] ?? 0, index + 1)])),
  );

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "bale-pack-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("layoutPack", () => {
  it.each(["gzip", "none"] as const)(
    "gives every file back through its extents alone (%s)",
    (compression) => {
      fc.assert(
        fc.property(contents, (content) => {
          const plans = layoutPack(entriesOf(content));
          const { bytes, memberLengths } = packBytes(plans, reader(content), deflater, compression);
          const blob = { ...blobRef("p", bytes.length) };
          const extents = packExtents(plans, memberLengths, blob, compression);
          for (const [path, expected] of content) {
            if (expected.length === 0) {
              expect(extents.has(path)).toBe(false);
              continue;
            }
            const list = extents.get(path) ?? [];
            expect(readThroughExtents(list, bytes).equals(expected)).toBe(true);
            for (const extent of list) {
              expect(extent.offset + extent.length).toBeLessThanOrEqual(bytes.length);
              expect(extent.member?.skip ?? 0).toBeLessThanOrEqual(8 * MiB);
            }
          }
        }),
        { numRuns: 60 },
      );
    },
  );

  it("decodes to the concatenation of its members, whatever order the entries came in", () => {
    fc.assert(
      fc.property(contents, (content) => {
        const entries = entriesOf(content);
        const plans = layoutPack(entries);
        const tar = Buffer.concat(plans.map((plan) => memberBytes(plan, reader(content))));
        expect(tar.length % 512).toBe(0);
        expect(tar.subarray(-1024).every((byte) => byte === 0)).toBe(true);
        const { bytes } = packBytes(plans, reader(content), deflater);
        expect(gunzipSync(bytes).equals(tar)).toBe(true);
        const reversed = layoutPack([...entries].reverse());
        expect(Buffer.concat(reversed.map((plan) => memberBytes(plan, reader(content)))).equals(tar)).toBe(
          true,
        );
        for (const plan of plans) expect(plan.decoded).toBeGreaterThan(0);
      }),
      { numRuns: 40 },
    );
  });

  it("closes a member at 128 KiB and keeps long data alone in members of 8 MiB", () => {
    const entries = [
      ...Array.from({ length: 100 }, (_, index) => ({
        path: `s/${String(index).padStart(3, "0")}` as BundlePath,
        kind: "file" as const,
        size: 4000,
      })),
      { path: "t/large" as BundlePath, kind: "file" as const, size: 20 * MiB + 5 },
      { path: "u/last" as BundlePath, kind: "file" as const, size: 1 },
    ];
    const plans = layoutPack(entries);
    const small = plans.slice(0, 3);
    for (const plan of small) {
      expect(plan.decoded).toBeGreaterThanOrEqual(128 * KiB);
      expect(plan.decoded).toBeLessThan(256 * KiB);
    }
    const data = plans.filter(({ parts }) => parts.every(({ type }) => type === "data"));
    expect(data.map(({ decoded }) => decoded)).toEqual([8 * MiB, 8 * MiB, 4 * MiB + 5]);
    // The padding of the long file opens the member after it.
    const last = plans.at(-1);
    expect(last?.parts[0]?.type === "bytes" && last.parts[0].bytes.length).toBe(507 + 512 + 512);
    const extents = packExtents(
      plans,
      plans.map(({ decoded }) => decoded),
      blobRef("p", 1e9),
    );
    expect(extents.get("t/large" as BundlePath)).toHaveLength(1);
    expect(extents.get("t/large" as BundlePath)?.[0]?.member).toEqual({ skip: 0, take: 20 * MiB + 5 });
  });

  it("refuses lengths of another layout", () => {
    expect(() => packExtents(layoutPack([]), [1, 2], blobRef("p", 3))).toThrow("member lengths");
  });
});

const hasTar = spawnSync("tar", ["--version"]).status === 0;
const hasPython = spawnSync("python3", ["-c", "import tarfile"]).status === 0;
const links = new Map([
  ["links/short", "../a/file"],
  [`links/${"n".repeat(120)}`, `../${"t".repeat(150)}`],
  ["links/ünïcode", "zwölf"],
]);
const sample: Content = new Map<BundlePath, Uint8Array>(
  [
    ["a/file", 10],
    ["a/empty", 0],
    ["a-b", 700],
    ["deep/er/and/deeper/still/x", 512],
    [`${"d".repeat(150)}/${"e".repeat(99)}`, 3],
    [`${"d".repeat(200)}/${"e".repeat(200)}`, 4],
    ["modèles/poids 1.bin", 200_000],
    ["with\"quotes' and $dollar", 5],
  ].map(([path, length], index) => [path as BundlePath, noise(length as number, index + 7)]),
);

/** Every folder that a tar of these paths must name. */
function foldersOf(list: readonly string[]): string[] {
  const found = new Set<string>();
  for (const path of list) {
    const parts = path.split("/");
    for (let length = 1; length < parts.length; length++) found.add(`${parts.slice(0, length).join("/")}/`);
  }
  return [...found];
}

describe("a pack as other programs see it", () => {
  const entries = entriesOf(sample, links);
  const { bytes } = packBytes(layoutPack(entries), reader(sample), deflater);
  const expected = [...entries.map(({ path }) => path), ...foldersOf(entries.map(({ path }) => path))].sort(
    comparePaths,
  );

  it.skipIf(!hasTar)("lists and unpacks with tar, folders first and sorted", () => {
    const archive = join(folder, "pack.tar.gz");
    writeFileSync(archive, bytes);
    const listed = execFileSync("tar", ["--quoting-style=literal", "-tzf", archive], { encoding: "utf8" });
    expect(listed.trimEnd().split("\n")).toEqual(expected);
    const long = execFileSync("tar", ["--quoting-style=literal", "--numeric-owner", "-tvzf", archive], {
      encoding: "utf8",
      env: { ...process.env, TZ: "UTC", LC_ALL: "C" },
    });
    const rows = long.trimEnd().split("\n");
    expect(rows.every((line) => / 0\/0 +\d+ 1970-01-01 00:00 /.test(line))).toBe(true);
    expect(rows.filter((line) => line.startsWith("l"))).toHaveLength(links.size);
    execFileSync("tar", ["-xzf", archive, "-C", folder]);
    for (const [path, content] of sample)
      expect(execFileSync("cat", [join(folder, path)], { maxBuffer: MiB }).equals(content)).toBe(true);
  });

  it.skipIf(!hasTar)("lists exactly the tree that went in, for any tree", () => {
    fc.assert(
      fc.property(contents, (content) => {
        const tree = entriesOf(content);
        const { bytes: tar } = packBytes(layoutPack(tree), reader(content), deflater, "none");
        const listed = execFileSync("tar", ["--quoting-style=literal", "-tf", "-"], {
          input: tar,
          encoding: "utf8",
        });
        const names = [...content.keys(), ...foldersOf([...content.keys()])].sort(comparePaths);
        expect(listed).toBe(names.map((name) => `${name}\n`).join(""));
      }),
      { numRuns: 15 },
    );
  });

  it.skipIf(!hasPython)("reads with Python's tarfile, kinds, modes, sizes and targets included", () => {
    const archive = join(folder, "python.tar.gz");
    writeFileSync(archive, bytes);
    const script = [
      "import json,sys,tarfile",
      "t=tarfile.open(sys.argv[1])",
      "print(json.dumps([[m.name,m.type.decode(),m.mode,m.size,m.linkname,m.uid,m.gid,m.mtime,m.uname] for m in t]))",
    ].join("\n");
    const listed = JSON.parse(
      execFileSync("python3", ["-c", script, archive], { encoding: "utf8" }),
    ) as readonly (readonly unknown[])[];
    const kinds = new Map<string, PackEntry>(entries.map((entry) => [entry.path, entry]));
    expect(listed.map(([name]) => name)).toEqual(expected.map((name) => name.replace(/\/$/, "")));
    for (const [name, type, mode, length, target, ...zeros] of listed) {
      const entry = kinds.get(name as string);
      expect(zeros).toEqual([0, 0, 0, ""]);
      if (!entry) expect([type, mode, length]).toEqual(["5", 0o755, 0]);
      else if (entry.kind === "link") expect([type, length, target]).toEqual(["2", 0, entry.target]);
      else expect([type, mode, length]).toEqual(["0", entry.kind === "exec" ? 0o755 : 0o644, entry.size]);
    }
  });
});
