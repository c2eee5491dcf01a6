import { describe, expect, it } from "vitest";
import { lstatIfThere } from "./file-stat.js";
import { useFolders } from "./workspace.testing.js";

describe("looking at a path", () => {
  const folder = useFolders();

  it("finds nothing where nothing is, also below a file and below a link that leads nowhere", () => {
    const tree = folder();
    tree.write("file", "content");
    tree.link("nowhere", "gone");
    for (const path of ["absent", "absent/deep", "file/below", "nowhere/below"])
      expect(lstatIfThere(tree.path(path)), path).toBeUndefined();
    expect(lstatIfThere(tree.path("nowhere"))?.isSymbolicLink()).toBe(true);
    expect(lstatIfThere(tree.path("file"))?.size).toBe(7n);
  });
});
