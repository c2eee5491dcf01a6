import { type BundlePath, comparePaths, type Digest, type EntryKind, type LayerName } from "@bale/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FULL_CAPABILITIES } from "../capabilities.js";
import { decodeState, encodeState } from "./state-codec.js";
import { emptyState, type StateEntry, sortEntries, type WorkspaceState } from "./workspace-state.js";

const hex = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => `sha256:${Buffer.from(bytes).toString("hex")}` as Digest);
const base = fc.record({
  digest: hex,
  size: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  kind: fc.constantFrom<EntryKind>("file", "exec", "link"),
  layer: fc.constantFrom("code", "data", "default").map((name) => name as LayerName),
});
const entry: fc.Arbitrary<StateEntry> = fc.oneof(
  base.map((state) => ({ tracked: true, base: state })),
  base.map((state) => ({ tracked: false, base: state })),
  base.map((state) => ({ tracked: true, base: state, follow: true as const })),
  fc.constant({ tracked: true }),
);
const path = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 30 })
  .filter((text) => !/[\n]/.test(text) && Buffer.from(text).toString() === text)
  .map((text) => text as BundlePath);
const state: fc.Arbitrary<WorkspaceState> = fc
  .record({
    entries: fc.array(fc.tuple(path, entry), { maxLength: 30 }),
    upstream: fc.option(fc.string(), { nil: undefined }),
    manifest: fc.option(hex, { nil: undefined }),
    symlinks: fc.boolean(),
  })
  .map(({ entries, upstream, manifest, symlinks }) => ({
    version: 1 as const,
    entries: sortEntries(entries),
    capabilities: { ...FULL_CAPABILITIES, symlinks },
    ...(upstream === undefined ? {} : { upstream }),
    ...(manifest === undefined ? {} : { base: { manifest, reference: "ghcr.io/acme/app:v1" } }),
  }));

describe("state codec", () => {
  it("gives back every state, in order", () => {
    fc.assert(
      fc.property(state, (value) => {
        const back = decodeState(encodeState(value));
        const { entries } = back as WorkspaceState;
        expect({ ...(back as WorkspaceState), entries: new Map(entries) }).toEqual(value);
        const paths = [...entries.keys()];
        expect(paths).toEqual([...paths].sort(comparePaths));
      }),
    );
  });

  it("refuses every change of a byte and every cut", () => {
    const bytes = encodeState({
      ...emptyState(),
      entries: new Map([["a/b" as BundlePath, { tracked: true }]]),
    });
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bad = Uint8Array.from(bytes);
        bad[at] = (bad[at] ?? 0) ^ flip;
        // A changed version number may read as a later version, which is refused too.
        expect(["corrupt", "newer"]).toContain(decodeState(bad));
        expect(decodeState(bytes.subarray(0, at))).toBe("corrupt");
      }),
    );
  });

  it("tells a newer version from damage", () => {
    const text = Buffer.from(encodeState(emptyState())).toString("latin1");
    expect(decodeState(Buffer.from(text.replace("bale-state 1\n", "bale-state 2\n"), "latin1"))).toBe(
      "newer",
    );
    expect(decodeState(Buffer.from("bale-state 7\nwhatever"))).toBe("newer");
    expect(decodeState(Buffer.from("rubbish"))).toBe("corrupt");
    expect(decodeState(new Uint8Array(0))).toBe("corrupt");
  });
});
