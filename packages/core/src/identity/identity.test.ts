import { type Digest, type LayerName, parseBundlePath, type RoleName } from "@bale/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasher, sha256 } from "../node-ports.testing.js";
import { thrownCode } from "../thrown-code.testing.js";
import { type ContentIdentity, contentDigest } from "./content-digest.js";
import { createLayerHash, type LayerHashEntry } from "./layer-hash.js";

const entry = (path: string, kind: LayerHashEntry["kind"], content: string): LayerHashEntry => ({
  path: parseBundlePath(path),
  kind,
  digest: sha256(content),
  size: Buffer.byteLength(content),
});

function layerOf(entries: readonly LayerHashEntry[]): { digest: Digest; files: number; size: number } {
  const hash = createLayerHash(hasher);
  for (const each of entries) hash.add(each);
  return hash.finish();
}
const layer = (name: string): LayerName => name as LayerName;
const role = (name: string): RoleName => name as RoleName;

describe("createLayerHash", () => {
  it("is sha256 over the text that the format gives", () => {
    const helloDigest = "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    const emptyDigest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    const targetDigest = sha256("run.sh");
    const preimage =
      "bale-layer-1\n" +
      `file ${emptyDigest} 0 a.txt\0` +
      `link ${targetDigest} 6 bin/go\0` +
      `exec ${helloDigest} 5 bin/run.sh\0` +
      `file ${helloDigest} 5 caf\u00e9\0`;
    const identity = layerOf([
      entry("a.txt", "file", ""),
      entry("bin/go", "link", "run.sh"),
      entry("bin/run.sh", "exec", "hello"),
      entry("caf\u00e9", "file", "hello"),
    ]);
    expect(identity).toEqual({ digest: sha256(preimage), files: 4, size: 16 });
  });

  it("of no entries is that of the first line alone", () => {
    expect(layerOf([])).toEqual({ digest: sha256("bale-layer-1\n"), files: 0, size: 0 });
  });

  it("does not depend on how the text is cut into batches", () => {
    const entries = Array.from({ length: 2_000 }, (_, index) =>
      entry(`folder/${String(index).padStart(6, "0")}-\u65e5`, "file", String(index)),
    );
    const preimage = `bale-layer-1\n${entries.map((e) => `file ${e.digest} ${e.size} ${e.path}\0`).join("")}`;
    expect(layerOf(entries).digest).toBe(sha256(preimage));
  });

  it("refuses entries that are not sorted by the bytes of their paths, or given twice", () => {
    const high = entry("\u{1f600}", "file", "x");
    const low = entry("\uffe0", "file", "x");
    expect(thrownCode(() => layerOf([low, high]))).toBe("accepted");
    expect(thrownCode(() => layerOf([high, low]))).toBe("INDEX_INVALID");
    expect(thrownCode(() => layerOf([low, low]))).toBe("INDEX_INVALID");
  });

  it("differs when kind, content or path differs", () => {
    const digests = [
      entry("a", "file", "x"),
      entry("a", "exec", "x"),
      entry("b", "file", "x"),
      entry("a", "file", "y"),
    ];
    expect(new Set(digests.map((each) => layerOf([each]).digest)).size).toBe(4);
  });
});

describe("contentDigest", () => {
  const code = layerOf([entry("a", "file", "hello")]);
  const codeX = layerOf([entry("b", "file", "xx")]);
  const none = layerOf([]);

  it("is sha256 over the sorted lines that the format gives", () => {
    const preimage =
      "bale-content-1\n" +
      "default dev\n" +
      `layer code ${code.digest} 1 5\n` +
      `layer code-x ${codeX.digest} 1 2\n` +
      `layer empty ${none.digest} 0 0\n` +
      "role dev code,code-x,default\n" +
      "role run code\n";
    const identity: ContentIdentity = {
      layers: new Map([
        [layer("empty"), none],
        [layer("code-x"), codeX],
        [layer("code"), code],
      ]),
      roles: new Map([
        [role("run"), [layer("code")]],
        [role("dev"), [layer("default"), layer("code-x"), layer("code")]],
      ]),
      defaultRole: role("dev"),
    };
    expect(contentDigest(identity, hasher)).toBe(sha256(preimage));
  });

  it("counts the reserved layers only when they hold files", () => {
    const without = { layers: new Map([[layer("code"), code]]), roles: new Map() };
    const empty = {
      ...without,
      layers: new Map([...without.layers, [layer("default"), none], [layer("bale"), none]]),
    };
    const held = { ...without, layers: new Map([...without.layers, [layer("default"), codeX]]) };
    expect(contentDigest(empty, hasher)).toBe(contentDigest(without, hasher));
    expect(contentDigest(held, hasher)).not.toBe(contentDigest(without, hasher));
  });

  it("does not depend on any order in which things were declared", () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9_-]{0,4}$/), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(names, (all) => {
        const layers = all.map((name) => [layer(name), code] as const);
        const roles = all.map((name) => [role(name), all.map(layer)] as const);
        const forward = { layers: new Map(layers), roles: new Map(roles) };
        const backward = {
          layers: new Map([...layers].reverse()),
          roles: new Map([...roles].reverse().map(([name, named]) => [name, [...named].reverse()])),
        };
        expect(contentDigest(forward, hasher)).toBe(contentDigest(backward, hasher));
      }),
    );
  });
});
