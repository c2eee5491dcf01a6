import {
  type BlobRef,
  bundlePathProblem,
  comparePaths,
  type Digest,
  type FileRow,
  parseBundlePath,
  type StoreName,
  utf8Length,
} from "@bale/spec";
import fc from "fast-check";
import { sha256 } from "../node-ports.testing.js";
import { linkTargetProblem } from "../tree/link-target.js";

/** Digest of a number: enough of them, all different. */
export const numbered = (index: number): Digest => sha256(`content ${index}`);

const pathText = fc
  .oneof(
    fc.stringMatching(/^[a-zA-Z0-9_.-]{1,12}(?:\/[a-zA-Z0-9_.-]{1,12}){0,3}$/),
    fc
      .array(fc.string({ unit: "binary", minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 3 })
      .map((parts) => parts.join("/")),
  )
  .filter((text) => bundlePathProblem(text) === undefined);

const blob: fc.Arbitrary<BlobRef> = fc
  .tuple(fc.nat(5), fc.constantFrom(undefined, "cold", "s3-eu"))
  .map(([index, store]) => {
    const ref = { digest: numbered(index), size: 1_000_000 + index };
    return store === undefined ? ref : { ...ref, store: store as StoreName };
  });

const extent = fc
  .record({
    blob,
    offset: fc.nat(999_000),
    length: fc.integer({ min: 1, max: 1_000 }),
    member: fc.option(fc.record({ skip: fc.nat(100_000), take: fc.integer({ min: 1, max: 5_000 }) }), {
      nil: undefined,
    }),
  })
  .map(({ member, ...plain }) => (member ? { ...plain, member } : plain));

const trailing = fc.option(
  fc.array(fc.constantFrom(null, true, 7, "later", [1, [2]], { key: { inner: [] } }), {
    minLength: 1,
    maxLength: 3,
  }),
  { nil: undefined },
);

const fileRow = fc
  .record({
    path: pathText,
    kind: fc.constantFrom("file" as const, "exec" as const),
    index: fc.nat(50),
    extents: fc.array(extent, { maxLength: 4 }),
    trailing,
  })
  .map(({ path, kind, index, extents, trailing: rest }): FileRow => {
    const size = extents.reduce(
      (sum, each) => sum + (("member" in each ? each.member?.take : undefined) ?? each.length),
      0,
    );
    const row = {
      path: parseBundlePath(path),
      kind,
      digest: size === 0 ? sha256("") : numbered(index),
      size,
      extents,
    };
    return rest ? { ...row, trailing: rest } : row;
  });

const linkRow = fc
  .record({ path: pathText, target: pathText, trailing })
  .filter(({ path, target }) => linkTargetProblem(parseBundlePath(path), target) === undefined)
  .map(({ path, target, trailing: rest }): FileRow => {
    const row = {
      path: parseBundlePath(path),
      kind: "link" as const,
      digest: sha256(target),
      size: utf8Length(target),
      target,
      extents: [],
    };
    return rest ? { ...row, trailing: rest } : row;
  });

/** Valid rows of one layer, sorted, no path twice. */
export const arbitraryRows: fc.Arbitrary<readonly FileRow[]> = fc
  .uniqueArray(fc.oneof({ weight: 4, arbitrary: fileRow }, { weight: 1, arbitrary: linkRow }), {
    selector: (row) => row.path,
    minLength: 1,
    maxLength: 30,
  })
  .map((rows) => [...rows].sort((a, b) => comparePaths(a.path, b.path)));
