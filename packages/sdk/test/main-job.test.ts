import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { startTestRegistry } from "@bale/test-registry";
import { describe, expect, it } from "vitest";
import { testBale, testFolder } from "./client.testing.js";

function sampleTree(root: string): void {
  mkdirSync(join(root, "src"), { recursive: true });
  mkdirSync(join(root, "data"), { recursive: true });
  writeFileSync(join(root, "src", "main.py"), "print('hello')\n");
  writeFileSync(join(root, "src", "run.sh"), "#!/bin/sh\necho run\n");
  chmodSync(join(root, "src", "run.sh"), 0o755);
  writeFileSync(join(root, "data", "big.bin"), Buffer.alloc(3 * 1024 * 1024, 7));
  writeFileSync(join(root, "data", "empty"), "");
  symlinkSync("main.py", join(root, "src", "link.py"));
}

async function places(): Promise<{ name: string; reference: string; close: () => Promise<void> }[]> {
  const folder = testFolder();
  const registry = await startTestRegistry();
  return [
    {
      name: "layout",
      reference: `oci:${folder.join("layout")}:v1`,
      close: async () => folder[Symbol.dispose](),
    },
    { name: "registry", reference: `${registry.host}/acme/app:v1`, close: () => registry.close() },
  ];
}

describe("the main job", () => {
  it("goes up, comes down elsewhere, is changed on both sides, diffed, pulled and pushed", async () => {
    for (const place of await places()) {
      using folder = testFolder();
      await using bale = testBale();
      const a = folder.join("a");
      mkdirSync(a);
      sampleTree(a);
      await bale.init({ directory: a });
      const first = await bale.workspace(a);
      await first.add(["."], { cwd: a });
      const pushed = await first.push({ reference: place.reference, setUpstream: true });
      expect(pushed.outcome, place.name).toBe("pushed");
      expect(pushed.exact).toBe(true);

      const again = await first.push();
      expect(again.outcome).toBe("nothing-to-do");
      expect(again.contentDigest).toBe(pushed.contentDigest);

      const cloned = await bale.clone({ reference: place.reference, directory: "b", cwd: folder.path });
      const b = cloned.directory;
      expect(readFileSync(join(b, "src", "main.py"), "utf8")).toBe("print('hello')\n");
      expect(lstatSync(join(b, "src", "run.sh")).mode & 0o111).not.toBe(0);
      expect(readlinkSync(join(b, "src", "link.py"))).toBe("main.py");
      expect(readFileSync(join(b, "data", "big.bin")).equals(Buffer.alloc(3 * 1024 * 1024, 7))).toBe(true);
      expect(existsSync(join(b, "data", "empty"))).toBe(true);

      const second = await bale.workspace(b);
      expect((await second.status()).changes).toEqual([]);
      writeFileSync(join(b, "src", "main.py"), "print('from b')\n");
      writeFileSync(join(a, "src", "run.sh"), "#!/bin/sh\necho from a\n");
      await second.push();
      const status = await first.status();
      expect(status.changes.map((change) => [change.path, change.verdict])).toEqual([
        ["src/main.py", "remote-change"],
        ["src/run.sh", "local-change"],
      ]);
      await expect(first.push()).rejects.toMatchObject({ code: "PUSH_REFUSED" });
      const pulled = await first.pull();
      expect(pulled.written).toEqual(["src/main.py"]);
      expect(readFileSync(join(a, "src", "main.py"), "utf8")).toBe("print('from b')\n");
      expect((await first.push()).outcome).toBe("pushed");
      await second.pull();
      expect(readFileSync(join(b, "src", "run.sh"), "utf8")).toBe("#!/bin/sh\necho from a\n");
      await place.close();
    }
  });
});
