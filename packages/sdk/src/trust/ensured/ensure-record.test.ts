import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BundlePath, bundlePathProblem, type Digest } from "@bale/spec";
import { FULL_CAPABILITIES } from "@bale/workspace";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type EnsureRecord, RECORD_FILE, readEnsureRecord, writeEnsureRecord } from "./ensure-record.js";

const digest = (seed: number): Digest => `sha256:${seed.toString(16).padStart(64, "0")}` as Digest;
const kind = fc.constantFrom("file", "exec", "link");
const time = fc.bigInt({ min: -1n, max: 2n ** 63n });
const stat = fc.record({
  kind,
  size: fc.nat(),
  mtimeNs: time,
  ctimeNs: time,
  ino: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
});
const path = fc
  .array(fc.stringMatching(/^[a-zé\u{1F600}][a-z ]?[a-z.]{0,3}[a-z]$/u), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join("/"))
  .filter((text) => bundlePathProblem(text) === undefined)
  .map((text) => text as BundlePath);
const file = fc.record({
  path,
  kind,
  digest: fc.nat().map(digest),
  size: fc.nat(),
  stat: fc.option(stat, { nil: undefined }),
});
const texts = fc.array(fc.string(), { maxLength: 3 });
const record = fc.record({
  complete: fc.boolean(),
  reference: fc.string(),
  repository: fc.string(),
  manifest: fc.nat().map(digest),
  contentDigest: fc.nat().map(digest),
  platform: fc.option(fc.string(), { nil: undefined }),
  selection: fc.record({ roles: texts, layers: texts, paths: texts }),
  leftOut: texts,
  capabilities: fc.constant(FULL_CAPABILITIES),
  files: fc.array(file, { maxLength: 4 }),
});

const sample: EnsureRecord = {
  complete: true,
  reference: "ghcr.io/acme/app:v1",
  repository: "ghcr.io/acme/app",
  manifest: digest(1),
  contentDigest: digest(2),
  selection: { roles: [], layers: [], paths: [] },
  leftOut: [],
  capabilities: FULL_CAPABILITIES,
  files: [
    {
      path: "a" as BundlePath,
      kind: "file",
      digest: digest(3),
      size: 1,
      stat: { kind: "file", size: 1, mtimeNs: 5n, ctimeNs: 200_000_000_000n, ino: 7n },
    },
  ],
};

describe("the record of ensure", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "bale-record-"));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const options = { savedAtNs: 1n, sync: false };
  const patch = (change: object): void => {
    const stored = JSON.parse(readFileSync(join(root, RECORD_FILE), "utf8"));
    writeFileSync(join(root, RECORD_FILE), JSON.stringify({ ...stored, ...change }));
  };

  it("comes back as it was written", () => {
    fc.assert(
      fc.property(record, (written) => {
        writeEnsureRecord(root, written, options);
        expect(readEnsureRecord(root)).toEqual(written);
      }),
      { numRuns: 50 },
    );
  });

  it("is absent, known or unknown, and never throws for what somebody wrote into it", () => {
    expect(readEnsureRecord(root)).toBe("absent");
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        writeFileSync(join(root, RECORD_FILE), text);
        expect(readEnsureRecord(root)).toBe("unknown");
      }),
      { numRuns: 50 },
    );
    writeEnsureRecord(root, sample, options);
    for (const change of [
      { version: 2 },
      { complete: 1 },
      { manifest: "sha256:1" },
      { selection: { roles: "all", layers: [], paths: [] } },
      { files: [["../a", 0, "0".repeat(64), 1, 0]] },
      { files: [["a", 9, "0".repeat(64), 1, 0]] },
      { files: [["a", 0, "xyz", 1, 0]] },
      { capabilities: {} },
      { savedAtNs: 5 },
    ]) {
      writeEnsureRecord(root, sample, options);
      patch(change);
      expect(readEnsureRecord(root), JSON.stringify(change)).toBe("unknown");
    }
  });

  it("trusts after another boot only the stats of files that were old when it was written", () => {
    const statsAfterBoot = (savedAtNs: bigint): readonly boolean[] => {
      writeEnsureRecord(root, sample, { savedAtNs, sync: false });
      patch({ bootId: "another boot" });
      const read = readEnsureRecord(root);
      if (typeof read === "string") throw new Error(read);
      return read.files.map((each) => each.stat !== undefined);
    };
    expect(statsAfterBoot(201_000_000_000n)).toEqual([false]);
    expect(statsAfterBoot(400_000_000_000n)).toEqual([true]);
  });
});
