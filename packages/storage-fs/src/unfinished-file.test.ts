import { posix } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { isUnfinishedId, parseUnfinished, unfinishedId, unfinishedPath } from "./unfinished-file.js";

const name = fc.stringMatching(/^[0-9a-f]{64}$/);

it("says by its name what it is to become", () => {
  fc.assert(
    fc.property(name, (hex) => {
      const id = unfinishedId();
      const path = unfinishedPath({ root: "/mnt", folders: ["sha256"], name: hex }, id);
      expect(posix.dirname(path)).toBe("/mnt/sha256");
      expect(parseUnfinished(posix.basename(path))).toEqual({ hex, id });
      expect(isUnfinishedId(id)).toBe(true);
    }),
  );
});

it("is no other file, whatever its name", () => {
  fc.assert(
    fc.property(fc.string(), name, (text, hex) => {
      expect(parseUnfinished(`.${hex}.${text}.tmp`)).toBeUndefined();
      expect(isUnfinishedId(text)).toBe(false);
    }),
  );
});
