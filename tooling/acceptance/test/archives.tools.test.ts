import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Bale } from "@bale/sdk";
import { serviceOrSkip, startRegistry } from "@bale/tooling-services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openClient } from "./harness/client.js";
import { writeSampleTree } from "./harness/sample-tree.js";
import { type ScratchFolder, scratchFolder } from "./harness/scratch-folder.js";
import { differences, snapshot } from "./harness/snapshot.js";
import { mustRun } from "./harness/tools.js";

const ready = ["distribution", "skopeo", "oras", "crane"].every(serviceOrSkip);
const COPY = ["copy", "--insecure-policy", "--src-tls-verify=false", "--dest-tls-verify=false"];
const UP_TO_MEGABYTES = { maxBuffer: 256 * 1024 * 1024 } as const;

describe.skipIf(!ready)("archives and other tools", () => {
  let folder: ScratchFolder;
  let registry: Awaited<ReturnType<typeof startRegistry>>;
  let bale: Bale;
  let here: string;
  let reference: string;
  let digest: string;
  let archive: string;
  beforeAll(async () => {
    folder = scratchFolder();
    registry = await startRegistry("distribution");
    bale = openClient();
    here = folder.make("here");
    writeSampleTree(here, { files: 500 });
    await bale.init({ directory: here });
    const workspace = await bale.workspace(here);
    await workspace.add(["."], { cwd: here });
    reference = `${registry.host}/acme/sample:v1`;
    digest = (await workspace.push({ reference })).manifest ?? "";
    archive = folder.join("sample.tar");
    await bale.export([reference], { output: archive });
  });
  afterAll(async () => {
    await bale?.[Symbol.asyncDispose]();
    await registry?.stop();
    folder?.[Symbol.dispose]();
  });

  /** Unpacks a tar with the system's program. */
  function unpacked(file: string, name: string): string {
    const into = folder.make(name);
    execFileSync("tar", ["-xf", file, "-C", into]);
    return into;
  }

  /** Packs a folder as another tool would. */
  function packed(from: string, name: string, ...flags: readonly string[]): string {
    const file = folder.join(name);
    execFileSync("tar", [...flags, "-cf", file, "-C", from, "."]);
    return file;
  }

  it.each(["tar", "tar.gz"])(
    "skopeo, oras and crane open a .%s of ours and push it on unchanged",
    async (ending) => {
      const file = folder.join(`ours.${ending}`);
      await bale.export([reference], { output: file });
      const plain = ending === "tar" ? file : archive;
      const raw = await mustRun("skopeo", ["inspect", "--raw", `oci-archive:${file}:v1`]);
      expect(`sha256:${createHash("sha256").update(raw).digest("hex")}`).toBe(digest);
      const to = (name: string): string => `${registry.host}/${name}/${ending.replace(".", "-")}:v1`;
      await mustRun("skopeo", [...COPY, `oci-archive:${file}`, `docker://${to("by-skopeo")}`]);
      await mustRun("oras", ["cp", "--from-oci-layout", `${plain}:v1`, "--to-plain-http", to("by-oras")]);
      await mustRun("crane", ["push", "--insecure", unpacked(file, `for-crane-${ending}`), to("by-crane")]);
      for (const place of ["by-skopeo", "by-oras", "by-crane"].map(to)) {
        expect((await bale.manifest(place)).digest, place).toBe(digest);
        expect((await bale.verify({ reference: place, deep: true })).problems, place).toEqual([]);
      }
    },
  );

  it("imports theirs, and the bundle in it has not changed", async () => {
    const theirs: Record<string, string> = {};
    theirs["skopeo"] = folder.join("skopeo.tar");
    await mustRun("skopeo", [...COPY, `docker://${reference}`, `oci-archive:${theirs["skopeo"]}:v1`]);
    const byOras = folder.join("oras-layout");
    await mustRun("oras", ["cp", "--from-plain-http", reference, "--to-oci-layout", `${byOras}:v1`]);
    theirs["oras"] = packed(byOras, "oras.tar");
    theirs["oras, compressed"] = packed(byOras, "oras.tar.gz", "-z");
    theirs["oras, as PAX"] = packed(byOras, "oras-pax.tar", "--format=pax");
    const byCrane = folder.join("crane-layout");
    await mustRun("crane", ["pull", "--insecure", "--format=oci", reference, byCrane]);
    theirs["crane"] = packed(byCrane, "crane.tar");
    for (const [tool, file] of Object.entries(theirs)) {
      const layout = `oci:${folder.join(`imported from ${tool}`)}:v1`;
      expect(await bale.import(file, layout), tool).toMatchObject({
        own: false,
        bundles: [{ manifest: digest }],
      });
      const again = folder.join("again.tar");
      await bale.export([layout], { output: again });
      expect(readFileSync(again).equals(readFileSync(archive)), tool).toBe(true);
    }
    const cloned = await bale.clone({
      reference: theirs["crane"] ?? "",
      directory: "cloned",
      cwd: folder.path,
    });
    expect(differences(snapshot(cloned.directory), snapshot(here))).toEqual([]);
  });

  it("takes images and image indexes of other tools from archives, byte for byte", async () => {
    const image = `${registry.host}/acme/image:v1`;
    const both = { as: "image", imagePlatforms: ["linux/amd64", "linux/arm64"] } as const;
    const { manifest } = await bale.copy(reference, image, both);
    const file = folder.join("images.tar");
    await mustRun("skopeo", [...COPY, "--all", `docker://${image}`, `oci-archive:${file}:v1`]);
    expect(await bale.import(file, `${registry.host}/acme/returned:v1`)).toMatchObject({
      bundles: [{ manifest }],
    });
    const exported = folder.join("exported.tar");
    await bale.export([image], { output: exported });
    await mustRun("skopeo", [
      ...COPY,
      "--all",
      `oci-archive:${exported}`,
      `docker://${registry.host}/acme/forth:v1`,
    ]);
    expect((await bale.manifest(`${registry.host}/acme/forth:v1`)).digest).toBe(manifest);
  });

  it("makes images that crane finds valid and whose files are those of the bundle", async () => {
    const image = `${registry.host}/acme/files:v1`;
    const { manifest } = await bale.copy(reference, image, { as: "image" });
    await mustRun("crane", ["validate", "--insecure", "--remote", image]);
    const config = JSON.parse(
      await mustRun("skopeo", ["inspect", "--tls-verify=false", "--config", `docker://${image}`]),
    ) as { rootfs: { diff_ids: string[] } };
    const layout = folder.join("image-layout");
    await mustRun("skopeo", [...COPY, "--preserve-digests", `docker://${image}`, `oci:${layout}:v1`]);
    const blob = (of: string): Buffer => readFileSync(join(layout, "blobs/sha256", of.slice(7)));
    const { layers } = JSON.parse(blob(manifest).toString()) as { layers: { digest: string }[] };
    const diffs = layers.map((layer) => gunzipSync(blob(layer.digest)));
    expect(config.rootfs.diff_ids).toEqual(
      diffs.map((tar) => `sha256:${createHash("sha256").update(tar).digest("hex")}`),
    );
    const root = folder.make("root");
    const tar = folder.join("root.tar");
    await mustRun("crane", ["export", "--insecure", image, tar]);
    execFileSync("tar", ["-xf", tar, "-C", root], UP_TO_MEGABYTES);
    expect(differences(snapshot(root), snapshot(here))).toEqual([]);
  });

  it("writes tars of files that tar and Python unpack to the same tree", async () => {
    for (const ending of ["tar", "tgz"]) {
      const file = folder.join(`files.${ending}`);
      await bale.export([reference], { output: file, files: true });
      expect(differences(snapshot(unpacked(file, `files-${ending}`)), snapshot(here))).toEqual([]);
    }
    const script = "import sys,tarfile; print(len(tarfile.open(sys.argv[1]).getmembers()))";
    const listed = execFileSync("tar", ["-tf", folder.join("files.tar")], UP_TO_MEGABYTES).toString();
    expect(Number(execFileSync("python3", ["-c", script, folder.join("files.tgz")]).toString())).toBe(
      listed.trimEnd().split("\n").length,
    );
  });
});
