import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bale, BaleWorkspace } from "@bale/sdk";
import { serviceOrSkip, startRegistry } from "@bale/tooling-services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ByteCounter, startByteCounter } from "./harness/byte-counter.js";
import { openClient } from "./harness/client.js";
import { type ScratchFolder, scratchFolder } from "./harness/scratch-folder.js";
import { writeSmallFiles } from "./harness/small-files.js";
import { differences, snapshot } from "./harness/snapshot.js";

const COUNT = 10_000;
const MEGABYTE = 1_000_000;

type Running = Awaited<ReturnType<typeof startRegistry>>;
type Requests = Awaited<ReturnType<Running["accessLog"]>>;

describe.skipIf(!serviceOrSkip("distribution"))("budgets, counted by the registry", () => {
  let folder: ScratchFolder;
  let registry: Running;
  let counter: ByteCounter;
  let bale: Bale;
  let here: string;
  let workspace: BaleWorkspace;
  let reference: string;
  let paths: string[];

  /** What the registry was asked while something ran, and the bytes on the wire. */
  async function observed<Value>(
    run: () => Promise<Value>,
  ): Promise<{ readonly value: Value; readonly requests: Requests; readonly bytes: number }> {
    const before = (await registry.accessLog()).length;
    counter.take();
    const value = await run();
    const bytes = counter.take();
    return { value, bytes, requests: (await registry.accessLog()).slice(before) };
  }

  beforeAll(async () => {
    folder = scratchFolder();
    registry = await startRegistry("distribution");
    counter = await startByteCounter(registry);
    bale = openClient();
    here = folder.make("here");
    paths = writeSmallFiles(here, { count: COUNT, from: 200, to: 8_000 });
    reference = `${counter.host}/acme/small:v1`;
    await bale.init({ directory: here });
    workspace = await bale.workspace(here);
    await workspace.add(["."], { cwd: here });
  });
  afterAll(async () => {
    await bale?.[Symbol.asyncDispose]();
    await counter?.[Symbol.asyncDispose]();
    await registry?.stop();
    folder?.[Symbol.dispose]();
  });

  it("10,000 small files go up in at most 20 blobs", async () => {
    const { requests } = await observed(() => workspace.push({ reference, setUpstream: true }));
    const uploads = requests.filter(
      ({ method, path }) => method === "POST" && path.includes("/blobs/uploads"),
    );
    expect(uploads.length).toBeGreaterThan(0);
    expect(uploads.length).toBeLessThanOrEqual(20);
  });

  it("a repeated push makes at most 5 requests, and sends nothing", async () => {
    const { value, requests } = await observed(() => workspace.push());
    expect(value.outcome).toBe("nothing-to-do");
    expect(requests.length).toBeLessThanOrEqual(5);
    expect(requests.filter(({ method }) => method !== "HEAD" && method !== "GET")).toEqual([]);
  });

  it("10 changed files of 10,000 go up and down in at most 12 requests and 1 MB each", async () => {
    const cloned = await bale.clone({ reference, directory: "there", cwd: folder.path });
    for (let index = 0; index < 10; index++)
      appendFileSync(join(here, paths[index * 997] ?? ""), `changed ${index}\n`);
    const up = await observed(() => workspace.push());
    expect(up.value).toMatchObject({ outcome: "pushed", sentFiles: 10 });
    expect(up.requests.length).toBeLessThanOrEqual(12);
    expect(up.bytes).toBeLessThanOrEqual(MEGABYTE);
    const other = await bale.workspace(cloned.directory);
    const down = await observed(() => other.pull());
    expect(down.value.written).toHaveLength(10);
    expect(down.requests.length).toBeLessThanOrEqual(12);
    expect(down.bytes).toBeLessThanOrEqual(MEGABYTE);
    expect(differences(snapshot(cloned.directory), snapshot(here))).toEqual([]);
  });

  it("a role pull asks for no blob and no table of another layer", async () => {
    const layered = folder.make("layered");
    writeFileSync(
      join(layered, "bale.yaml"),
      "layers: { code: [code/**], data: [data/**], docs: [docs/**] }\nroles: { runtime: [code], reading: [docs] }\n",
    );
    for (const [index, name] of ["code", "data", "docs"].entries()) {
      writeSmallFiles(folder.make(`layered/${name}`), { count: 300, from: 200, to: 4_000, seed: index + 7 });
      writeFileSync(join(layered, name, "large.bin"), Buffer.alloc(3_000_000, index + 1));
    }
    mkdirSync(join(layered, "other"));
    writeFileSync(join(layered, "other", "file"), "in no declared layer\n");
    const place = `${counter.host}/acme/layered:v1`;
    await bale.init({ directory: layered });
    const source = await bale.workspace(layered);
    await source.add(["."], { cwd: layered });
    await source.push({ reference: place });
    const { bytes: manifest } = await bale.manifest(place);
    const { value, requests } = await observed(() =>
      bale.clone({ reference: place, directory: "role", cwd: folder.path, roles: ["runtime"] }),
    );
    const layerOf = new Map(blobsByLayer(manifest));
    const asked = requests.flatMap(({ path }) => /\/blobs\/(sha256:[0-9a-f]{64})$/.exec(path)?.[1] ?? []);
    const layers = new Set(asked.flatMap((digest) => layerOf.get(digest) ?? []));
    expect([...layers].sort()).toEqual(["bale", "code"]);
    expect(new Set(layerOf.values()), "there was something to leave out").toEqual(
      new Set(["bale", "code", "data", "default", "docs"]),
    );
    expect([...snapshot(value.directory).keys()]).toEqual(
      [...snapshot(layered).keys()].filter((path) => path.startsWith("code/") || !path.includes("/")),
    );
  });
});

interface ManifestShape {
  readonly layers: readonly {
    readonly digest: string;
    readonly annotations?: Readonly<Record<string, string>>;
  }[];
}

function blobsByLayer(manifest: Uint8Array): [digest: string, layer: string][] {
  const { layers } = JSON.parse(Buffer.from(manifest).toString("utf8")) as ManifestShape;
  return layers.flatMap(({ digest, annotations }) => {
    const layer = annotations?.["dev.bale.layer"];
    return layer === undefined ? [] : [[digest, layer] as [string, string]];
  });
}
