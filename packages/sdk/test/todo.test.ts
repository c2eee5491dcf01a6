import { createHash } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createHttpClient } from "@bale/http";
import { oci } from "@bale/oci";
import { exitCodeOf, type ProgressEvent } from "@bale/spec";
import { createTestCertificate, startTestRegistry } from "@bale/test-registry";
import { describe, expect, it } from "vitest";
import { type Bench, bundleFiles, failureOf, openBench, type Work } from "./bench.testing.js";
import { testBale, testFolder } from "./client.testing.js";

const sha256 = (bytes: Uint8Array): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

async function pushed(
  files: Record<string, string> = { a: "1" },
  yaml = "",
): Promise<{ bench: Bench; mine: Work } & AsyncDisposable> {
  const bench = await openBench();
  const mine = await bench.work("mine", yaml);
  await mine.track(files);
  await mine.push();
  return { bench, mine, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}

interface Stored {
  readonly artifactType?: string;
  readonly config: { readonly mediaType: string };
  readonly layers: readonly { readonly mediaType: string; readonly annotations?: Record<string, string> }[];
  readonly annotations: Record<string, string>;
}
function storedManifest(bench: Bench): Stored {
  const bytes = bench.registry.store.manifest("acme/app", "v1")?.bytes ?? Buffer.from("{}");
  return JSON.parse(bytes.toString("utf8")) as Stored;
}

/** An artifact as another tool might write it: nobody would serialise it like this again. */
function oddArtifact(bench: Bench): { readonly bytes: Buffer; readonly digest: string } {
  const { store } = bench.registry;
  const blob = store.putBlob("acme/odd", Buffer.from("odd"));
  const config = store.putBlob("acme/odd", Buffer.from("{}"));
  const bytes = Buffer.from(
    `\n{ "layers" : [ {"size":3, "mediaType":"text/plain","digest":"${blob}",\n"annotations":{"org.opencontainers.image.title":"odd.txt"}}],"schemaVersion":2,\t"config":{"mediaType":"application/vnd.oci.empty.v1+json","size":2,"digest":"${config}"},"mediaType":"application/vnd.oci.image.manifest.v1+json" }\n\n`,
  );
  const digest = store.putManifest("acme/odd", bytes, {
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    tag: "v1",
  });
  return { bytes, digest };
}

describe("Manifest digest calculation", () => {
  it("is the registry's own, over the raw bytes: a manifest with odd white space keeps them and its digest, also in a copy", async () => {
    await using bench = await openBench();
    const odd = oddArtifact(bench);
    const shown = await bench.bale.manifest(bench.reference("v1", "acme/odd"));
    expect([shown.digest, Buffer.from(shown.bytes).equals(odd.bytes)]).toEqual([odd.digest, true]);
    const copied = await bench.bale.copy(
      bench.reference("v1", "acme/odd"),
      bench.reference("v2", "acme/copy"),
    );
    expect(copied.manifest).toBe(odd.digest);
    expect(bench.registry.store.manifest("acme/copy", "v2")?.bytes.equals(odd.bytes)).toBe(true);
  });

  it("of a push is that of the stored bytes, of the header, and of every later look", async () => {
    await using place = await pushed();
    const { manifest } = await place.mine.push();
    const bytes = place.bench.registry.store.manifest("acme/app", "v1")?.bytes as Buffer;
    const head = await fetch(`${place.bench.registry.url}/v2/acme/app/manifests/v1`, { method: "HEAD" });
    const all = [
      sha256(bytes),
      head.headers.get("docker-content-digest"),
      (await place.mine.status()).remote.manifest,
    ];
    expect(all).toEqual([manifest, manifest, manifest]);
  });

  it.each(["HEAD", "GET"])(
    "a wrong digest in the header of %s is refused before anything is written",
    async (method) => {
      await using place = await pushed();
      const wrong = sha256(Buffer.from("something else"));
      place.bench.registry.addFault({
        method,
        path: /\/manifests\//,
        times: 0,
        action: { kind: "headers", set: { "docker-content-digest": wrong } },
      });
      const refused = await failureOf(place.bench.clone("clone"));
      expect([3, 5]).toContain(exitCodeOf(refused));
      expect(existsSync(join(place.bench.folder, "clone"))).toBe(false);
    },
  );

  it("is computed from the bytes only where the registry names none, and is marked as such", async () => {
    await using place = await pushed();
    place.bench.registry.setQuirks({ digestHeader: "absent" });
    const { manifest } = await place.mine.status().then((status) => status.remote);
    expect(manifest).toBe(place.bench.registry.store.resolveTag("acme/app", "v1"));
    expect(place.bench.notices.filter((notice) => notice.includes("computed"))).not.toEqual([]);
  });
});

describe("Tag race during push/pull", () => {
  const byTag = (bench: Bench): string[] =>
    bench.registry.log
      .filter((record) => /\/manifests\/v1$/.test(record.path))
      .map((record) => record.method);

  it("a tag is resolved once in each reading command; everything else goes by digest", async () => {
    await using place = await pushed();
    const commands: Record<string, () => Promise<unknown>> = {
      status: () => place.mine.status(),
      pull: () => place.mine.pull(),
      clone: () => place.bench.clone("clone"),
      ls: () => place.bench.bale.ls(place.bench.reference()),
      show: () => place.bench.bale.show(place.bench.reference()),
      manifest: () => place.bench.bale.manifest(place.bench.reference()),
      copy: () =>
        place.bench.bale.copy(
          place.bench.reference(),
          place.bench.reference("v1", "acme/copy").replace("v1", "v2"),
        ),
      "push of nothing": () => place.mine.push(),
    };
    for (const [name, command] of Object.entries(commands)) {
      place.bench.registry.clearLog();
      await command();
      expect(byTag(place.bench), name).toEqual(["HEAD"]);
    }
  });

  it("a push looks once, compares once more, writes, and reads back", async () => {
    await using place = await pushed();
    place.mine.write({ a: "2" });
    place.bench.registry.clearLog();
    await place.mine.push();
    expect(byTag(place.bench)).toEqual(["HEAD", "HEAD", "PUT", "HEAD"]);
  });

  it("a pull delivers what it resolved although the tag moves meanwhile", async () => {
    await using place = await pushed();
    const first = place.bench.registry.store.resolveTag("acme/app", "v1") as string;
    const other = await place.bench.clone("other");
    await other.track({ a: "2" });
    await other.push();
    const second = place.bench.registry.store.resolveTag("acme/app", "v1") as string;
    place.bench.registry.store.setTag("acme/app", "v1", first);
    place.bench.registry.addFault({
      method: "GET",
      path: /\/manifests\/sha256/,
      action: { kind: "run", run: () => place.bench.registry.store.setTag("acme/app", "v1", second) },
    });
    const late = await place.bench.clone("late");
    expect(late.disk()).toEqual({ a: "1" });
    expect((await late.status()).base).toBe(first);
  });

  it.each([
    ["a tag that moved", "v1"],
    ["a new tag that somebody else made first", "v2"],
  ])("a push refuses %s while it was sending, and leaves it", async (_name, tag) => {
    await using place = await pushed();
    const { store } = place.bench.registry;
    const theirs = Buffer.from(
      `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","layers":[]}`,
    );
    let moved = "";
    place.mine.write({ a: "2" });
    place.bench.registry.addFault({
      method: "POST",
      path: /\/blobs\/uploads\//,
      action: {
        kind: "run",
        run: () => {
          moved = store.putManifest("acme/app", theirs, {
            mediaType: "application/vnd.oci.image.manifest.v1+json",
            tag,
          });
        },
      },
    });
    const before = await place.mine.status();
    const refused = await failureOf(place.mine.push({ reference: place.bench.reference(tag), force: true }));
    expect([refused.code, exitCodeOf(refused)]).toEqual(["TAG_MOVED", 6]);
    expect(`${refused.message} ${refused.why}`).toContain(moved);
    expect(store.resolveTag("acme/app", tag)).toBe(moved);
    expect((await place.mine.status({ mode: "offline" })).base).toBe(before.base);
  });

  it("further tags are moved with the same care", async () => {
    await using place = await pushed();
    const { store } = place.bench.registry;
    const first = store.resolveTag("acme/app", "v1") as string;
    place.mine.write({ a: "2" });
    place.bench.registry.addFault({
      method: "PUT",
      path: /\/manifests\/v1$/,
      action: { kind: "run", run: () => store.setTag("acme/app", "stable", first) },
    });
    const refused = await failureOf(place.mine.push({ tags: ["stable"] }));
    expect([refused.code, store.resolveTag("acme/app", "stable")]).toEqual(["TAG_MOVED", first]);
    store.setTag("acme/app", "1.0.0", first);
    expect((await failureOf(place.mine.push({ tags: ["1.0.0"] }))).code).toBe("PUSH_REFUSED");
    await place.mine.push({ tags: ["1.0.0"], force: true });
    expect(store.resolveTag("acme/app", "1.0.0")).toBe(store.resolveTag("acme/app", "v1"));
  });
});

describe("Config advertises artifact_type but it's ignored", () => {
  it.each(["artifactType", "artifact_type"])("%s is what the registry shows", async (key) => {
    await using place = await pushed({ a: "1" }, `${key}: application/vnd.acme.model.v1\n`);
    expect(storedManifest(place.bench).artifactType).toBe("application/vnd.acme.model.v1");
    expect((await place.bench.bale.show(place.bench.reference())).artifactType).toBe(
      "application/vnd.acme.model.v1",
    );
  });

  it("without one there is a type of our own; a change of it alone is pushed", async () => {
    await using place = await pushed();
    expect(storedManifest(place.bench).artifactType).toBe("application/vnd.bale.bundle.v1");
    place.mine.write({
      "bale.yaml": `ref: ${place.bench.reference()}\nartifactType: application/vnd.acme.x.v1\n`,
    });
    expect((await place.mine.push()).outcome).toBe("pushed");
    expect(storedManifest(place.bench).artifactType).toBe("application/vnd.acme.x.v1");
  });

  it("in the compatible envelope it is kept in an annotation, and the push says so", async () => {
    await using place = await pushed({ a: "1" }, "artifactType: application/vnd.acme.model.v1\n");
    await place.mine.push({ envelope: "compatible" });
    const manifest = storedManifest(place.bench);
    expect([manifest.artifactType, manifest.config.mediaType]).toEqual([
      undefined,
      "application/vnd.oci.image.config.v1+json",
    ]);
    expect(manifest.annotations["dev.bale.artifact-type"]).toBe("application/vnd.acme.model.v1");
    expect(place.bench.notices.join("\n")).toContain("application/vnd.acme.model.v1");
    expect((await place.mine.status()).changes).toEqual([]);
  });
});

describe("Default insecure=True", () => {
  const certificate = createTestCertificate();

  async function secureRegistry(): Promise<{ host: string } & AsyncDisposable> {
    const registry = await startTestRegistry({ tls: { key: certificate.key, cert: certificate.cert } });
    return { host: registry.host, [Symbol.asyncDispose]: () => registry.close() };
  }
  const https = oci({ settings: () => ({ plainHttp: false }) });

  it("https is spoken to every host that is not the loopback, and never falls back", async () => {
    const asked: string[] = [];
    const http = createHttpClient({ maxTries: 1, sleep: async () => {} });
    await using bale = testBale({
      http: {
        ...http,
        request: async (request) => {
          asked.push(request.url);
          throw new Error("no network in this test");
        },
      },
    });
    for (const host of ["registry.example", "registry.example:5000", "10.0.0.7", "127.0.0.1.example"])
      await bale.ls(`${host}/acme/app:v1`).catch(() => {});
    expect(asked.map((url) => new URL(url).protocol)).toEqual(asked.map(() => "https:"));
    expect(asked.length).toBeGreaterThanOrEqual(4);
  });

  it("a certificate that nobody vouches for is refused; plain http is no remedy", async () => {
    await using registry = await secureRegistry();
    await using bale = testBale({ plugins: [https] });
    const refused = await failureOf(bale.ls(`${registry.host}/acme/app:v1`));
    expect([refused.code, exitCodeOf(refused)]).toEqual(["TLS", 7]);
    await using plain = testBale();
    expect(exitCodeOf(await failureOf(plain.ls(`${registry.host}/acme/app:v1`)))).not.toBe(3);
  });

  it("insecure skips the verification and nothing else: it is still https", async () => {
    await using registry = await secureRegistry();
    const http = createHttpClient({ maxTries: 1, origins: () => ({ insecure: true }) });
    await using bale = testBale({ plugins: [https], http });
    expect((await failureOf(bale.ls(`${registry.host}/acme/app:v1`))).code).toBe("NOT_FOUND");
    await using plainHost = await openBench();
    await using strict = testBale({ plugins: [https], http });
    expect((await failureOf(strict.ls(plainHost.reference()))).code).not.toBe("NOT_FOUND");
  });

  it("a certificate authority of one's own is enough", async () => {
    await using registry = await secureRegistry();
    const http = createHttpClient({ maxTries: 1, ca: [certificate.cert] });
    await using bale = testBale({ plugins: [https], http });
    expect((await failureOf(bale.ls(`${registry.host}/acme/app:v1`))).code).toBe("NOT_FOUND");
  });
});

describe("PullResult.downloaded counts what really moved", () => {
  it("files and stored bytes that came over the wire, and no others", async () => {
    await using place = await pushed({ a: "one", b: "two", c: "three", big: "x".repeat(2_000_000) });
    const other = await place.bench.clone("other");
    expect(await other.pull()).toMatchObject({
      outcome: "nothing-to-do",
      downloadedFiles: 0,
      downloadedBytes: 0,
    });
    place.mine.write({ a: "ONE", b: "x:two" });
    await place.mine.push();
    place.bench.registry.clearLog();
    const pulled = await other.pull();
    expect(pulled.written).toEqual(["a", "b"]);
    expect(pulled.downloadedFiles).toBe(1);
    const index = new Set(
      [storedManifest(place.bench).config, ...storedManifest(place.bench).layers]
        .filter((layer) => /bale/.test(layer.mediaType))
        .map((layer) => (layer as { digest?: string }).digest),
    );
    const received = place.bench.registry.log
      .filter(
        (record) =>
          record.method === "GET" &&
          record.path.includes("/blobs/") &&
          !index.has(record.path.split("/").at(-1)),
      )
      .reduce((sum, record) => sum + record.responseBytes, 0);
    expect(pulled.downloadedBytes).toBe(received);
    const again = place.mine.copy("adopting");
    await again.remove("c");
    await again.pull({ restore: true });
    expect(again.disk()["c"]).toBe("three");
  });

  it("a push counts blobs and bytes that really went up", async () => {
    await using place = await pushed({ a: "one" });
    place.mine.write({ a: "two", big: Buffer.alloc(1_500_000, 3) });
    await place.mine.add("big");
    place.bench.registry.clearLog();
    const sent = await place.mine.push();
    const uploads = place.bench.registry.log.filter(
      (record) => record.path.includes("/blobs/uploads/") && record.status === 201,
    );
    expect(sent.sentBlobs).toBe(uploads.length);
    const bytes = place.bench.registry.log
      .filter((record) => record.path.includes("/blobs/uploads/"))
      .reduce((sum, record) => sum + record.requestBytes, 0);
    expect(sent.sentBytes).toBe(bytes);
    expect(await place.mine.push()).toMatchObject({
      outcome: "nothing-to-do",
      sentBlobs: 0,
      sentBytes: 0,
      sentFiles: 0,
    });
  });
});

describe("Windows/paths", () => {
  it("paths in the bundle and titles in the registry are POSIX; on disk they are the system's", async () => {
    await using place = await pushed({ "deep/er/a.bin": "x".repeat(2_000_000), "deep/b": "1" });
    const titles = storedManifest(place.bench).layers.flatMap(
      (layer) => layer.annotations?.["org.opencontainers.image.title"] ?? [],
    );
    expect(titles).toContain("deep/er/a.bin");
    expect(Object.keys(await bundleFiles(place.bench, place.bench.reference()))).toEqual([
      "deep/b",
      "deep/er/a.bin",
    ]);
    const clone = await place.bench.clone("clone");
    expect(existsSync(join(clone.root, "deep", "er", "a.bin"))).toBe(true);
  });

  it.skipIf(process.platform === "win32")(
    "a name with a backslash is refused at add, with the offending name",
    async () => {
      await using place = await pushed();
      writeFileSync(join(place.mine.root, "back\\slash"), "1");
      const workspace = await place.bench.bale.workspace(place.mine.root);
      const added = await workspace.add(["."], { cwd: place.mine.root });
      expect(added.problems.map((problem) => problem.code)).toEqual(["UNSAFE_PATH"]);
      expect(added.complete).toBe(false);
    },
  );
});

describe("CLI Enhancements: Untracked in status", () => {
  it("lists what is neither tracked nor ignored, and never what is tracked", async () => {
    await using place = await pushed();
    place.mine.write({ "new/file": "1", "scratch.tmp": "1" });
    const { untracked } = await place.mine.status();
    expect(untracked.map((file) => file.path)).toEqual(["new/file"]);
  });
});

describe("CLI Enhancements: Support glob patterns in add/remove commands", () => {
  it("add and remove take globs, folders and names; an argument that matches nothing is named", async () => {
    await using bench = await openBench();
    const mine = await bench.work("mine");
    mine.write({
      "data/a.csv": "1",
      "data/b.csv": "1",
      "data/c.txt": "1",
      "data/deep/d.csv": "1",
      "src/e": "1",
    });
    await mine.add("data/*.csv", "src");
    const workspace = await bench.bale.workspace(mine.root);
    const tracked = async (): Promise<string[]> =>
      (await mine.status()).changes.map((change) => change.path).filter((path) => path.includes("/"));
    expect(await tracked()).toEqual(["data/a.csv", "data/b.csv", "src/e"]);
    await mine.add("**/*.csv");
    expect(await tracked()).toEqual(["data/a.csv", "data/b.csv", "data/deep/d.csv", "src/e"]);
    await mine.remove("data/{a,b}.csv");
    expect(await tracked()).toEqual(["data/deep/d.csv", "src/e"]);
    expect(mine.disk()["data/a.csv"]).toBe("1");
    const missed = await workspace.add(["nothing/*.here"], { cwd: mine.root });
    expect([missed.missing, missed.complete]).toEqual([["nothing/*.here"], false]);
  });

  it("ignored paths are named and refused without force; once tracked, a file stays tracked", async () => {
    await using bench = await openBench();
    const mine = await bench.work("mine");
    mine.write({ "a.tmp": "1", b: "1" });
    const workspace = await bench.bale.workspace(mine.root);
    const added = await workspace.add(["a.tmp", "b"], { cwd: mine.root });
    expect([added.ignored, added.added]).toEqual([["a.tmp"], ["b"]]);
    await workspace.add(["a.tmp"], { cwd: mine.root, force: true });
    await mine.push();
    mine.write({ "a.tmp": "2" });
    expect(await mine.verdicts()).toEqual(["a.tmp local-change"]);
  });
});

describe("Future Enhancements", () => {
  it("Role-Layers: a role brings its layers and no byte of another", async () => {
    await using place = await pushed(
      { "code/a": "1", "data/d": "2" },
      `layers: { code: ["code/**"], data: ["data/**"] }\nroles: { dev: [code] }\n`,
    );
    const dev = await place.bench.clone("dev", { roles: ["dev"] });
    expect(dev.disk()).toEqual({ "code/a": "1" });
  });

  it("Async Client: long calls end at once with INTERRUPTED when their signal says so", async () => {
    await using place = await pushed({ a: "x".repeat(3_000_000) });
    const abort = new AbortController();
    place.bench.registry.addFault({
      method: "GET",
      path: /\/blobs\//,
      times: 0,
      action: { kind: "run", run: () => abort.abort() },
    });
    const stopped = await failureOf(
      place.bench.bale.clone({
        reference: place.bench.reference(),
        directory: "gone",
        cwd: place.bench.folder,
        signal: abort.signal,
      }),
    );
    expect([stopped.code, exitCodeOf(stopped)]).toEqual(["INTERRUPTED", 130]);
    expect(existsSync(join(place.bench.folder, "gone"))).toBe(false);
  });

  it("Registry Features: health check, and namespaces from the default registry", async () => {
    await using bench = await openBench();
    expect(await bench.bale.ping(bench.registry.host)).toMatchObject({ reachable: true });
    const mine = await bench.work("mine");
    await mine.track({ a: "1" });
    await mine.push({ reference: bench.reference("v1", "acme/models/malaria"), setUpstream: true });
    await using bale = testBale({ user: { defaultRegistry: `${bench.registry.host}/acme` } });
    expect((await bale.ls("models/malaria:v1")).files.map((file) => file.path)).toContain("a");
  });
});

describe("Performance Optimizations: parallel hashing and the digest cache", () => {
  const hashed = async (mine: Work): Promise<number> => {
    let files = 0;
    const onProgress = (event: ProgressEvent): void => {
      if (event.type === "task-start" && event.kind === "hash") files += event.total ?? 1;
    };
    await mine.status({ mode: "offline", onProgress });
    return files;
  };

  it("nothing is read again on an unchanged tree, and a changed file is", async () => {
    await using place = await pushed(
      Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`f${n}`, `content ${n}`])),
    );
    // Files younger than two seconds are hashed once more: an edit in the same tick of the disk's clock would not be seen.
    await wait(2_100);
    await hashed(place.mine);
    expect(await hashed(place.mine)).toBe(0);
    place.mine.write({ f7: "content X" });
    expect(await hashed(place.mine)).toBeGreaterThan(0);
    expect(await place.mine.verdicts()).toEqual(["f7 local-change"]);
  });

  it("many large files are hashed by several threads with the same result", async () => {
    using folder = testFolder();
    await using bale = testBale({ fsync: "never" });
    const files = Array.from({ length: 6 }, (_, n) => [`big-${n}`, Buffer.alloc(12_000_000 + n, n)] as const);
    await bale.init({ directory: folder.path });
    for (const [name, bytes] of files) writeFileSync(join(folder.path, name), bytes);
    const workspace = await bale.workspace(folder.path);
    await workspace.add(["."], { cwd: folder.path });
    const changes = (await workspace.status({ mode: "offline" })).changes.filter((change) =>
      change.path.startsWith("big-"),
    );
    expect(changes.map((change) => change.local?.digest)).toEqual(files.map(([, bytes]) => sha256(bytes)));
  });
});
