import { chmodSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Bench, type Files, openBench, type Work } from "./bench.testing.js";

const YAML = `layers: { code: ["code/**"], data: ["data/**"] }\nroles: { dev: [code] }\n`;
const FILES: Files = {
  "code/a": "1",
  "code/run": "x:2",
  "code/link": "->a",
  "data/big": "y".repeat(1_200_000),
  "data/empty": "",
  other: "3",
};

let next = 0;
async function tree(bench: Bench, files: Files, yaml = YAML): Promise<Work> {
  const work = await bench.work(`tree-${++next}`, yaml);
  await work.track(files);
  return work;
}

describe("the content digest", () => {
  it("is the same from two directories, whatever their times, modes and order", async () => {
    await using bench = await openBench();
    const one = await tree(bench, FILES);
    const two = await tree(bench, Object.fromEntries(Object.entries(FILES).reverse()));
    utimesSync(join(two.root, "code/a"), 1_000_000, 1_000_000);
    chmodSync(join(two.root, "code/a"), 0o600);
    mkdirSync(join(two.root, "empty-folder"));
    const [a, b] = [await one.push(), await two.push({ reference: bench.reference("v1", "acme/two") })];
    expect(b.contentDigest).toBe(a.contentDigest);
  });

  it("is the same in both envelopes, whatever the packing, in a registry and in a layout", async () => {
    await using bench = await openBench();
    const digests = new Set<string>();
    const work = await tree(bench, FILES);
    for (const [name, options] of Object.entries({
      native: {},
      compatible: { envelope: "compatible" as const },
      flat: { flat: true },
      exact: { exact: true },
    }))
      digests.add(
        (await work.push({ ...options, reference: bench.reference("v1", `acme/${name}`) })).contentDigest,
      );
    const layout = `oci:${join(bench.folder, "layout")}:v1`;
    digests.add((await work.push({ reference: layout })).contentDigest);
    const plain = await tree(bench, FILES, `${YAML}pack: { compression: none }\n`);
    const there = (await plain.push({ reference: bench.reference("v1", "acme/plain") })).contentDigest;
    expect(digests.size).toBe(1);
    // The declarations travel with the bundle, so that another bale.yaml is another content.
    expect(digests.has(there)).toBe(false);
    for (const name of ["native", "compatible", "flat", "exact"])
      expect(digests.has((await bench.bale.show(bench.reference("v1", `acme/${name}`))).contentDigest)).toBe(
        true,
      );
    expect(digests.has((await bench.bale.show(layout)).contentDigest)).toBe(true);
    const fromLayout = await bench.clone("from-layout", { reference: layout });
    expect(fromLayout.disk()).toEqual(work.disk());
  });

  it("stays the same when a bundle is copied or packed anew", async () => {
    await using bench = await openBench();
    const work = await tree(bench, FILES);
    const pushed = await work.push();
    work.write({ "code/a": "2" });
    await work.push();
    work.write({ "code/a": "1" });
    const back = await work.push();
    expect(back.contentDigest).toBe(pushed.contentDigest);
    expect(back.manifest).not.toBe(pushed.manifest);
    await bench.bale.copy(bench.reference(), bench.reference("v1", "acme/copy"));
    expect((await bench.bale.show(bench.reference("v1", "acme/copy"))).contentDigest).toBe(
      pushed.contentDigest,
    );
    expect((await bench.bale.repack(bench.reference())).contentDigest).toBe(pushed.contentDigest);
    const clone = await bench.clone("clone");
    expect(clone.disk()).toEqual(work.disk());
  });

  it("is another one after any change: of a byte, a name, a kind, a layer, a role", async () => {
    await using bench = await openBench();
    const work = await tree(bench, FILES);
    const seen = new Map<string, string>();
    const push = async (name: string): Promise<void> => {
      const { contentDigest } = await work.push();
      expect(seen.get(contentDigest), name).toBeUndefined();
      seen.set(contentDigest, name);
    };
    await push("as it was");
    const changes: Record<string, Files> = {
      byte: { "code/a": "2" },
      kind: { "code/a": "x:2" },
      link: { "code/link": "->run" },
      gone: { "data/empty": null },
    };
    for (const [name, files] of Object.entries(changes)) {
      work.write(files);
      await push(name);
    }
    await work.track({ "data/empty2": "" });
    await push("name");
    work.write({ "bale.yaml": `ref: ${bench.reference()}\n${YAML.replace("[code]", "[code, data]")}` });
    await push("role");
    work.write({
      "bale.yaml": `ref: ${bench.reference()}\n${YAML.replace('"data/**"', '"data/**", "other"')}`,
    });
    await push("layer");
  });

  it("tells any two different trees apart, and no two equal ones (property)", {
    timeout: 60_000,
  }, async () => {
    await using bench = await openBench();
    const path = fc.constantFrom("a", "b", "code/a", "data/a", "data/b/c");
    const files = fc.dictionary(path, fc.constantFrom("1", "2", "x:1", ""), { maxKeys: 4 });
    const digestOf = async (content: Record<string, string>): Promise<string> => {
      const work = await tree(bench, content);
      return (await work.push({ reference: bench.reference("v1", `acme/p${next}`) })).contentDigest;
    };
    const known = new Map<string, string>();
    await fc.assert(
      fc.asyncProperty(files, async (content) => {
        const key = JSON.stringify(Object.entries(content).sort());
        const digest = await digestOf(content);
        expect(known.get(digest) ?? key).toBe(key);
        known.set(digest, key);
        expect(await digestOf(content)).toBe(digest);
      }),
      { numRuns: 25 },
    );
  });
});

describe("no time, user or machine enters a bundle", () => {
  it("the same history pushed twice has the same manifests", async () => {
    await using bench = await openBench();
    const manifests: (string | undefined)[][] = [];
    for (const repository of ["acme/one", "acme/two"]) {
      const work = await tree(bench, FILES);
      writeFileSync(join(work.root, "bale.yaml"), `ref: ghcr.io/acme/app\n${YAML}`);
      const reference = bench.reference("v1", repository);
      const first = await work.push({ reference, setUpstream: true });
      work.write({ "code/a": "2" });
      manifests.push([first.manifest, (await work.push()).manifest]);
    }
    expect(manifests[0]).toEqual(manifests[1]);
  });
});
