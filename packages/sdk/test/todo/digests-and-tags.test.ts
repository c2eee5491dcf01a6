import { existsSync } from "node:fs";
import { join } from "node:path";
import { exitCodeOf } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { type Bench, failureOf, openBench } from "../bench.testing.js";
import { oddArtifact, pushed, sha256 } from "./scene.testing.js";

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
