import { serviceOrSkip, startRegistry } from "@bale/tooling-services";
import { describe, expect, it } from "vitest";
import { expectDone, expectFailed } from "./harness/expect-done.js";
import { openObjects } from "./harness/object-store.js";
import { newPerson } from "./harness/person.js";
import { registryBlobs } from "./harness/registry-blobs.js";
import { sameFiles } from "./harness/same-files.js";
import { noise } from "./harness/sample-tree.js";
import { scratchFolder } from "./harness/scratch-folder.js";

type Checks = readonly {
  readonly name: string;
  readonly verdict: string;
  readonly findings: readonly { readonly what: string; readonly state: string }[];
}[];

describe("storage check, with keys of the environment and the line that the refusal prints", () => {
  it.each([
    ["versitygw", "works"],
    ["moto", undefined],
    ["s3rver", "missing"],
  ] as const)("tells what %s honours, beside a directory", async (kind, conditional) => {
    if (!serviceOrSkip(kind)) return;
    using folder = scratchFolder();
    await using objects = await openObjects(kind);
    const ann = newPerson(folder.join("ann"));
    const root = await ann.workspace("app", {
      "bale.yaml": `storage: { stores: { big: ${objects.yaml()}, shelf: { type: fs, path: "${folder.join("shelf")}" } } }\n`,
    });
    const check = () => ann.run(["storage", "check"], { cwd: root, env: objects.env });
    const trustedStores: string[] = [];
    for (const name of ["big", "shelf"]) {
      const { fix, context } = expectFailed(await check(), 9, "STORE_UNTRUSTED");
      expect(context?.["store"]).toBe(name);
      // The first one is tried before the second is refused.
      if (name === "big") expect(objects.server.accessLog().length).toBe(0);
      // As somebody pastes it from what was printed.
      trustedStores.push(/trustedStores in your configuration: (.*)$/.exec(fix ?? "")?.[1] ?? "");
      ann.writeConfig({ trustedStores });
      if (name === "big") expect(trustedStores).toEqual([objects.line()]);
    }
    const stores = expectDone(await check())["stores"] as Checks;
    expect(stores.map(({ name, verdict }) => [name, verdict === "broken"])).toEqual([
      ["big", false],
      ["shelf", false],
    ]);
    const states = new Map(stores[0]?.findings.map(({ what, state }) => [what, state]));
    expect([...states].filter(([, state]) => state === "broken")).toEqual([]);
    for (const what of ["streamed write", "reading", "ranges", "listing", "deletion"])
      expect([what, states.get(what)]).toEqual([what, "works"]);
    if (conditional) expect(states.get("conditional writes")).toBe(conditional);
    expect(await objects.blobs()).toEqual([]);
  });
});

describe.skipIf(!["distribution", "versitygw"].every((name) => serviceOrSkip(name)))(
  "storage migrate",
  () => {
    it("moves from the registry to S3 and back, and the trees stay equal", async () => {
      using folder = scratchFolder();
      await using registry = await startRegistry("distribution");
      await using objects = await openObjects("versitygw");
      const ann = newPerson(folder.join("ann"));
      ann.writeConfig({ trustedStores: [objects.line()] });
      const root = await ann.workspace("app", {
        "bale.yaml": `storage: { stores: { big: ${objects.yaml()} } }\n`,
        "data/large": noise(12 * 2 ** 20, 1),
        "data/medium": noise(2_000_000, 2),
        "src/a": "a\n",
      });
      const run = async (...args: string[]) =>
        expectDone(await ann.run(args, { cwd: root, env: objects.env }));
      const reference = `${registry.host}/acme/app:v1`;
      const pushed = await run("push", "-u", reference);
      expect(await objects.blobs()).toEqual([]);
      const layersOf = async (): Promise<string> =>
        JSON.stringify(
          ((await run("manifest", reference)) as { manifest?: { layers?: unknown } }).manifest?.layers,
        );
      const clone = async (name: string): Promise<void> => {
        await run("clone", reference, folder.join(name));
        sameFiles(folder.join(name), root);
        await run("verify", reference, "--deep");
      };

      await run("storage", "migrate", "--to", "big", "--path", "data/**", "--dry-run");
      expect(await objects.blobs()).toEqual([]);
      await run("storage", "migrate", "--to", "big", "--path", "data/**");
      const outside = await objects.blobs();
      expect(outside.map(({ size }) => size).sort((a, b) => a - b)).toEqual([2_000_000, 12 * 2 ** 20]);
      const away = await layersOf();
      for (const { hex } of outside) {
        expect(away).not.toContain(hex);
        // What older versions need stays.
        expect(registryBlobs(registry)).toContain(hex);
      }
      expect((await run("show", reference))["contentDigest"]).toBe(pushed["contentDigest"]);
      await clone("away");

      await run("storage", "migrate", "--from", "big", "--to", "registry");
      const back = await layersOf();
      for (const { hex } of outside) expect(back).toContain(hex);
      const before = objects.server.accessLog().length;
      await clone("back");
      expect(objects.server.accessLog().slice(before)).toEqual([]);
      await run("pull");
      expect((await run("status"))["exit"] ?? 0).toBe(0);
      sameFiles(folder.join("back"), root);
    });
  },
);
