import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { serviceOrSkip, startRegistry } from "@bale/tooling-services";
import { describe, expect, it } from "vitest";
import { expectDone } from "./harness/expect-done.js";
import { openObjects } from "./harness/object-store.js";
import { newPerson } from "./harness/person.js";
import { noise } from "./harness/sample-tree.js";
import { scratchFolder } from "./harness/scratch-folder.js";
import { snapshot } from "./harness/snapshot.js";

const NAMES = Array.from({ length: 10 }, (_, at) => `l${at}`);
/** Each role has its own layer and the next one. */
const layersOf = (at: number): string[] => [`l${at}`, `l${(at + 1) % NAMES.length}`];
const hexOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

interface Descriptor {
  readonly digest: string;
  readonly mediaType: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

describe.skipIf(!["distribution", "versitygw"].every((name) => serviceOrSkip(name)))(
  "ten roles over one bundle",
  () => {
    it("read no byte of other layers, and a part of it can be changed alone", async () => {
      using folder = scratchFolder();
      await using registry = await startRegistry("distribution");
      await using objects = await openObjects("versitygw");
      const ann = newPerson(folder.join("ann"));
      ann.writeConfig({ trustedStores: [objects.line()] });
      const files: Record<string, string | Buffer> = {
        "bale.yaml": `layers:
${NAMES.map((name) => `  ${name}: ["${name}/**"]`).join("\n")}
roles:
${NAMES.map((_, at) => `  r${at}: [${layersOf(at).join(", ")}]`).join("\n")}
storage: { stores: { big: ${objects.yaml()} }, rules: [{ match: "l3/**", store: big }] }
`,
      };
      for (const [at, name] of NAMES.entries()) {
        files[`${name}/small`] = `small file of ${name}\n`;
        files[`${name}/other`] = `other file of ${name}\n`;
        files[`${name}/large`] = noise(1_500_000, at + 1);
      }
      const full = await ann.workspace("full", files);
      const run = async (cwd: string, ...args: string[]) =>
        expectDone(await ann.run(args, { cwd, env: objects.env }));
      const reference = `${registry.host}/acme/app:v1`;
      await run(full, "push", "-u", reference);

      const { manifest } = (await run(full, "manifest", reference)) as unknown as {
        readonly manifest: { readonly layers: readonly Descriptor[] };
      };
      const layerOf = new Map(
        manifest.layers.map(({ digest, annotations }) => [digest, annotations?.["dev.bale.layer"] ?? "?"]),
      );
      const stored = new Set((await objects.blobs()).map(({ hex }) => hex));
      expect(stored).toContain(hexOf(files["l3/large"] as Buffer));
      expect(stored.size).toBe(2);

      for (const at of NAMES.keys()) {
        const before = {
          registry: (await registry.accessLog()).length,
          store: objects.server.accessLog().length,
        };
        const there = folder.join(`role-${at}`);
        await run(folder.path, "clone", reference, there, "--role", `r${at}`);
        expect(
          [
            ...new Set(
              [...snapshot(there).keys()]
                .filter((path) => path.includes("/"))
                .map((path) => path.split("/")[0]),
            ),
          ].sort(),
        ).toEqual(layersOf(at).sort());
        const asked = (await registry.accessLog()).slice(before.registry);
        const layers = new Set(
          asked.flatMap(({ path }) => layerOf.get(/sha256:[0-9a-f]{64}$/.exec(path)?.[0] ?? "") ?? []),
        );
        expect([...layers].filter((layer) => layer !== "bale").sort(), `role r${at}`).toEqual(
          layersOf(at).sort(),
        );
        const inStore = objects.server.accessLog().slice(before.store);
        if (layersOf(at).includes("l3")) expect(inStore.length).toBeGreaterThan(0);
        else expect(inStore).toEqual([]);
        await run(folder.path, "verify", reference, "--role", `r${at}`);
      }

      const part = folder.join("role-3");
      writeFileSync(`${part}/l3/large`, noise(1_600_000, 99));
      writeFileSync(`${part}/l4/small`, "changed by a role\n");
      writeFileSync(`${part}/l4/new`, "new\n");
      await run(part, "add", "l4/new");
      const expected = new Map(snapshot(full));
      const log = (await registry.accessLog()).length;
      await run(part, "push");
      // What it does not hold is carried, unread; only the tables say which paths there are.
      const isTable = (digest: string) =>
        manifest.layers.some((layer) => layer.digest === digest && layer.mediaType.includes("files.v1"));
      const read = (await registry.accessLog()).slice(log).flatMap(({ path, method }) => {
        const digest = /sha256:[0-9a-f]{64}$/.exec(path)?.[0] ?? "";
        const layer = layerOf.get(digest);
        if (method !== "GET" || layer === undefined || isTable(digest)) return [];
        return !["bale", "l3", "l4"].includes(layer) ? [`${layer} ${path}`] : [];
      });
      expect(read).toEqual([]);
      await run(full, "pull");
      for (const path of ["l3/large", "l4/small", "l4/new"])
        expected.set(path, `file ${hexOf(readFileSync(`${part}/${path}`))}`);
      expect(snapshot(full)).toEqual(new Map([...expected].sort(([a], [b]) => (a < b ? -1 : 1))));
      await run(full, "verify", reference, "--deep");
    });
  },
);
