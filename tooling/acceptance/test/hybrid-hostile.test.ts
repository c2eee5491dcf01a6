import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { startTestRegistry, type TestRegistry } from "@bale/test-registry";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { errorOf, expectDone } from "./harness/expect-done.js";
import { newPerson, type Person } from "./harness/person.js";
import { noise } from "./harness/sample-tree.js";
import { type ScratchFolder, scratchFolder } from "./harness/scratch-folder.js";

type Json = Record<string, unknown>;
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";

let folder: ScratchFolder;
let registry: TestRegistry;
let listener: Server;
let port: number;
let ann: Person;
const heard: string[] = [];

beforeAll(async () => {
  folder = scratchFolder();
  registry = await startTestRegistry();
  listener = createServer((request, response) => {
    heard.push(`${request.method} ${request.url}`);
    response.writeHead(404).end();
  });
  listener.on("connection", () => heard.push("a connection"));
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const address = listener.address();
  port = typeof address === "object" && address ? address.port : 0;
  ann = newPerson(folder.join("ann"));
  const root = await ann.workspace("app", {
    "bale.yaml": `storage: { stores: { big: { type: fs, path: "${folder.join("shelf")}" } }, rules: [{ match: "data/**", store: big }] }\n`,
    "data/large": noise(3_000_000, 1),
  });
  ann.writeConfig({ trustedStores: [`fs:${folder.join("shelf")}`] });
  expectDone(await ann.run(["push", `${registry.host}/acme/honest:v1`], { cwd: root }));
  ann.writeConfig({});
});
afterAll(async () => {
  listener?.closeAllConnections();
  listener?.close();
  await registry?.close();
  folder?.[Symbol.dispose]();
});

/** The honest bundle, whose root leads elsewhere. */
async function lead(tag: string, store: Json): Promise<string> {
  const from = registry.store.manifest("acme/honest", "v1");
  const manifest = JSON.parse(String(from?.bytes)) as { config: Json; layers: { digest: string }[] };
  const read = async (digest: string) =>
    (await registry.store.readBlob("acme/honest", digest)) ?? Buffer.alloc(0);
  const root = JSON.parse(String(await read(String(manifest.config["digest"])))) as { stores: Json };
  root.stores = { big: store };
  const bytes = Buffer.from(JSON.stringify(root));
  for (const { digest } of manifest.layers) registry.store.putBlob("acme/hostile", await read(digest));
  manifest.config = {
    ...manifest.config,
    digest: registry.store.putBlob("acme/hostile", bytes),
    size: bytes.length,
  };
  registry.store.putManifest("acme/hostile", Buffer.from(JSON.stringify(manifest)), {
    mediaType: MANIFEST,
    tag,
  });
  return `${registry.host}/acme/hostile:${tag}`;
}

describe("a root that leads a reader elsewhere", () => {
  it.each<[string, (port: number) => Json, number, string]>([
    [
      "to a server of this machine",
      (at) => ({ type: "s3", bucket: "acme-bales", endpoint: `http://127.0.0.1:${at}` }),
      9,
      "STORE_UNTRUSTED",
    ],
    [
      "to a server of this machine by another spelling",
      (at) => ({ type: "s3", bucket: "acme-bales", endpoint: `http://2130706433:${at}` }),
      5,
      "INDEX_INVALID",
    ],
    [
      "to the metadata service",
      () => ({ type: "s3", bucket: "acme-bales", endpoint: "http://169.254.169.254" }),
      5,
      "INDEX_INVALID",
    ],
    [
      "to a registry of this machine",
      (at) => ({ type: "oci", registry: `127.0.0.1:${at}`, repository: "acme/x" }),
      9,
      "STORE_UNTRUSTED",
    ],
    ["to a folder outside", () => ({ type: "fs", path: "/etc" }), 9, "STORE_UNTRUSTED"],
    ["to a folder by going up", () => ({ type: "fs", path: "/srv/../etc" }), 5, "INDEX_INVALID"],
    ["to a folder beside where it is run", () => ({ type: "fs", path: "../elsewhere" }), 5, "INDEX_INVALID"],
    [
      "with credentials in the endpoint",
      (at) => ({ type: "s3", bucket: "acme-bales", endpoint: `http://ann:s3cr3t-word@127.0.0.1:${at}` }),
      5,
      "INDEX_INVALID",
    ],
    [
      "with a path in the endpoint",
      (at) => ({ type: "s3", bucket: "acme-bales", endpoint: `http://127.0.0.1:${at}/admin` }),
      5,
      "INDEX_INVALID",
    ],
    [
      "to a bucket that is none",
      (at) => ({ type: "s3", bucket: "../Admin?x", endpoint: `http://127.0.0.1:${at}` }),
      5,
      "INDEX_INVALID",
    ],
    [
      "with a prefix that goes up",
      (at) => ({ type: "s3", bucket: "acme-bales", prefix: "a/../../b", endpoint: `http://127.0.0.1:${at}` }),
      5,
      "INDEX_INVALID",
    ],
    [
      "with keys of its own",
      (at) => ({ type: "s3", bucket: "acme-bales", accessKeyId: "k", endpoint: `http://127.0.0.1:${at}` }),
      5,
      "INDEX_INVALID",
    ],
  ])("%s is refused, and nobody is asked", async (_name, store, exit, code) => {
    const hex = createHash("sha256")
      .update(JSON.stringify(store(port)))
      .digest("hex");
    const reference = await lead(`t${hex.slice(0, 12)}`, store(port));
    const keys = { AWS_ACCESS_KEY_ID: "testkey", AWS_SECRET_ACCESS_KEY: "k33p-this" };
    for (const args of [
      ["clone", reference, "there"],
      ["ensure", reference, "there"],
      ["verify", reference, "--deep"],
      ["export", reference, "-o", "there.tar"],
    ]) {
      const done = await ann.run(args, { env: keys });
      expect([args[0], done.exit, errorOf(done).code], done.stdout).toEqual([args[0], exit, code]);
      expect(done.stdout + done.stderr).not.toMatch(/s3cr3t-word|k33p-this/);
    }
    expect(heard).toEqual([]);
    expect([existsSync(`${ann.home}/there/data`), existsSync(`${ann.home}/there.tar`)]).toEqual([
      false,
      false,
    ]);
  });

  it("would have been heard", async () => {
    const line = `s3://acme-bales at http://127.0.0.1:${port}`;
    ann.writeConfig({ trustedStores: [line] });
    const reference = await lead("heard", {
      type: "s3",
      bucket: "acme-bales",
      endpoint: `http://127.0.0.1:${port}`,
    });
    const env = { AWS_ACCESS_KEY_ID: "testkey", AWS_SECRET_ACCESS_KEY: "testsecret" };
    expect((await ann.run(["clone", reference, "heard"], { env })).exit).not.toBe(0);
    expect(heard).not.toEqual([]);
  });
});
