import { join } from "node:path";
import { createHttpClient } from "@bale/http";
import { oci } from "@bale/oci";
import { describe, expect, it } from "vitest";
import { createClientContext } from "../../src/client/client-context.js";
import { outsidePorts } from "../../src/client/outside-ports.js";
import type { VerifyOptions, VerifyResult } from "../../src/index.js";
import { verifyEnsured } from "../../src/trust/verify-ensured.js";
import { type Bench, type Files, failureOf, openBench, type Work, writeFiles } from "../bench.testing.js";
import { contentBlobs } from "./registry-damage.testing.js";

const YAML = "layers: { code: ['src/**'], data: ['data/**'] }\nroles: { runtime: [code] }\n";
const SAMPLE: Files = {
  "src/main.py": "print(1)\n",
  "src/run.sh": "x:#!/bin/sh\n",
  "src/link": "->main.py",
  "data/one.bin": "one",
};

async function pushed(bench: Bench): Promise<Work> {
  const work = await bench.work("work", YAML);
  await work.track(SAMPLE);
  await work.push();
  return work;
}

async function verify(bench: Bench, work: Work, options?: VerifyOptions): Promise<VerifyResult> {
  return (await bench.bale.workspace(work.root)).verify(options);
}

function found(result: VerifyResult): readonly (readonly [string | undefined, string])[] {
  return result.problems.map(({ path, code }) => [path, code]);
}

describe("verify of a workspace", () => {
  it("reads every held file again although the stat cache knows them, and proves the layers that are whole", async () => {
    await using bench = await openBench();
    const work = await pushed(bench);
    await work.status();
    const result = await verify(bench, work);
    expect(result).toMatchObject({ subject: work.root, problems: [], checkedFiles: 6 });
    expect(result.checkedBytes).toBeGreaterThan(20);
    expect(result.layers.map(({ name, ok }) => [name, ok])).toEqual([
      ["bale", true],
      ["code", true],
      ["data", true],
    ]);
  });

  it("reports what was changed on purpose, retyped, removed or lost, and ignores what was only added", async () => {
    await using bench = await openBench();
    const work = await pushed(bench);
    await work.track({
      "src/main.py": "print(2)\n",
      "src/run.sh": "#!/bin/sh\n",
      "src/link": null,
      "src/new.py": "n",
    });
    await work.remove("data/one.bin");
    const result = await verify(bench, work);
    expect(found(result)).toEqual([
      ["data/one.bin", "FILE_CHANGED"],
      ["src/link", "NOT_FOUND"],
      ["src/main.py", "FILE_CHANGED"],
      ["src/run.sh", "FILE_CHANGED"],
    ]);
    expect(result.problems[2]?.message).toContain("on purpose");
    expect(result.layers.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(["code", "data"]);
  });

  it("is limited by role, layer and glob", async () => {
    await using bench = await openBench();
    const work = await pushed(bench);
    work.write({ "src/main.py": "changed", "data/one.bin": "changed" });
    expect(found(await verify(bench, work, { roles: ["runtime"] }))).toEqual([
      ["src/main.py", "FILE_CHANGED"],
    ]);
    expect(found(await verify(bench, work, { layers: ["data"] }))).toEqual([
      ["data/one.bin", "FILE_CHANGED"],
    ]);
    expect(found(await verify(bench, work, { paths: ["src/*.sh"] }))).toEqual([]);
    expect((await failureOf(verify(bench, work, { roles: ["nobody"] }))).code).toBe("ROLE_UNKNOWN");
  });

  it("compares no digest of a layer that is held in part", async () => {
    await using bench = await openBench();
    await pushed(bench);
    const clone = await bench.clone("clone", { roles: ["runtime"] });
    const result = await verify(bench, clone);
    expect(result.problems).toEqual([]);
    expect(result.layers.map(({ name }) => name)).toEqual(["bale", "code"]);
  });

  it("works without the upstream, says so, and changes nothing", async () => {
    await using bench = await openBench();
    const work = await pushed(bench);
    bench.registry.addFault({ times: 0, action: { kind: "status", status: 503 } });
    await using other = await openBench({ client: { offline: true } });
    const result = await (await other.bale.workspace(work.root)).verify();
    expect(result).toMatchObject({ problems: [], layers: [], checkedFiles: 6 });
    expect(other.notices.join("\n")).toContain("layers");
  });

  it("verifies the reference that is named instead", async () => {
    await using bench = await openBench();
    const work = await pushed(bench);
    work.write({ "src/main.py": "changed" });
    for (const digest of contentBlobs(bench, "data")) bench.registry.store.deleteBlob("acme/app", digest);
    const result = await verify(bench, work, { reference: bench.reference() });
    expect(result.subject).toBe(bench.reference());
    expect(result.problems.map(({ code }) => code)).toEqual(["BLOB_MISSING"]);
  });
});

describe("verify of a folder that ensure filled", () => {
  async function ensured(bench: Bench, roles: readonly string[] = []): Promise<string> {
    await pushed(bench);
    const directory = join(bench.folder, "target");
    await bench.bale.ensure(bench.reference(), { directory, roles });
    return directory;
  }
  async function check(directory: string, options?: VerifyOptions): Promise<VerifyResult> {
    await using context = createClientContext({ plugins: [oci()], http: createHttpClient({}) });
    await using ports = outsidePorts();
    return verifyEnsured(context, ports, directory, options);
  }

  it("finds it whole, by the digest that was ensured, wherever the tag is now", async () => {
    await using bench = await openBench();
    const directory = await ensured(bench);
    const work = bench.open(join(bench.folder, "work"));
    await work.track({ "src/main.py": "next" });
    await work.push();
    const result = await check(directory);
    expect(result).toMatchObject({ problems: [], checkedFiles: 6 });
    expect(result.layers.every(({ ok }) => ok)).toBe(true);
  });

  it("reports each file that is not the bundle's, and its layer; other files do not count", async () => {
    await using bench = await openBench();
    const directory = await ensured(bench);
    writeFiles(directory, {
      "src/main.py": "other",
      "src/run.sh": "#!/bin/sh\n",
      "data/one.bin": null,
      "notes.txt": "n",
    });
    const result = await check(directory);
    expect(found(result)).toEqual([
      ["data/one.bin", "NOT_FOUND"],
      ["src/main.py", "DIGEST_MISMATCH"],
      ["src/run.sh", "FILE_CHANGED"],
    ]);
    expect(result.layers.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(["code", "data"]);
    expect(found(await check(directory, { layers: ["data"] }))).toEqual([["data/one.bin", "NOT_FOUND"]]);
  });

  it("looks only for what was selected", async () => {
    await using bench = await openBench();
    const directory = await ensured(bench, ["runtime"]);
    const result = await check(directory);
    expect(result.problems).toEqual([]);
    expect(result.layers.map(({ name }) => name)).toEqual(["bale", "code"]);
  });

  it("is told from a workspace by its record", async () => {
    await using bench = await openBench();
    const directory = await ensured(bench);
    expect((await bench.bale.verifyFolder(directory)).subject).toBe(directory);
    const workspace = join(bench.folder, "work");
    expect((await bench.bale.verifyFolder(join(workspace, "src"))).subject).toBe(workspace);
  });

  it("refuses a folder that ensure did not fill", async () => {
    await using bench = await openBench();
    const directory = join(bench.folder, "other");
    writeFiles(directory, { "a.txt": "a" });
    expect((await failureOf(check(directory))).code).toBe("NOT_FOUND");
  });
});
