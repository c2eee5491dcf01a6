import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { BlobContribution, BlobDriver } from "@bale/spec";
import { limitLayer, logLayer } from "@bale/storage";
import { cloud, failure } from "@bale/tooling-cloud";
import { describe, expect, it } from "vitest";
import { fakeAzure } from "../src/fake-azure.testing.js";
import storageAzureDefault, { storageAzure } from "../src/index.js";
import { configOf, contextOf, driverOf, STORE } from "../src/store.testing.js";

const contribution = storageAzure().blobs?.[0] as BlobContribution;

async function usersOf(driver: BlobDriver): Promise<string[]> {
  const users: string[] = [];
  for await (const user of contribution.listUsers?.(driver) ?? []) users.push(user);
  return users;
}

/** All modules that are loaded with one, by the imports that no call has to be made for. */
async function loadedWith(path: URL, seen = new Set<string>()): Promise<ReadonlySet<string>> {
  const text = await readFile(path, "utf8");
  for (const [, specifier = ""] of text.matchAll(/^(?:import|export) (?!type )[^;]*?from "([^"]+)";/gm)) {
    const found = specifier.startsWith(".") ? new URL(specifier.replace(/\.js$/, ".ts"), path) : specifier;
    if (seen.has(String(found))) continue;
    seen.add(String(found));
    if (found instanceof URL) await loadedWith(found, seen);
  }
  return seen;
}

describe("the plugin", () => {
  it("contributes the store type azure and nothing else", () => {
    const plugin = storageAzure();
    expect(plugin).toMatchObject({
      specVersion: 1,
      name: "@bale/storage-azure",
      blobs: [{ scheme: "azure" }],
    });
    expect(Object.keys(plugin)).toEqual(["specVersion", "name", "blobs"]);
    // A plugin that the user's configuration names is what its package exports by default.
    expect(storageAzureDefault).toBe(storageAzure);
  });

  it("is described in package.json, so that it need not be loaded", async () => {
    const text = await readFile(new URL("../package.json", import.meta.url), "utf8");
    expect(JSON.parse(text)).toMatchObject({
      name: storageAzure().name,
      bale: { specVersion: 1, blobs: [contribution.scheme] },
    });
  });

  it("loads nothing that speaks to a server before a store is opened", async () => {
    const loaded = await loadedWith(new URL("../src/index.ts", import.meta.url));
    const names = [...loaded].map((name) => name.replace(/^.*\/src\//, ""));
    expect(names).toEqual(expect.arrayContaining(["plugin.ts", "config.ts", "trust.ts", "valibot"]));
    expect(names.filter((name) => /driver|api\/|upload\/|access\/|storage$|crypto/.test(name))).toEqual([]);
    const driver = await loadedWith(new URL("../src/driver.ts", import.meta.url));
    expect(
      [...driver].filter((name) => /azure|msal|typespec/.test(name) && !name.startsWith("file:")),
    ).toEqual([]);
  });

  it("opens a driver, which leaves the caller's client open", async () => {
    const { reply } = fakeAzure();
    await using azure = await cloud(reply);
    const driver = await contribution.open(configOf(STORE), contextOf(azure.http));
    await driver[Symbol.asyncDispose]();
    expect(await driver.stat(driver.locate(`sha256:${"0".repeat(64)}` as never))).toBeUndefined();
  });
});

describe("the marker of a user", () => {
  const user = "ghcr.io/acme/models";
  const name = `bales/users/${createHash("sha256").update(user).digest("hex")}`;

  it("holds the name, under its digest, beside the blobs, through any layers; it is written once", async () => {
    const { blobs, reply } = fakeAzure();
    await using azure = await cloud(reply);
    const inner = await contribution.open(configOf(STORE), contextOf(azure.http));
    const driver: BlobDriver = limitLayer()(logLayer({ record: () => {} })(inner));
    await contribution.markUser?.(driver, user);
    await Promise.all([user, "ghcr.io/acme/other", user].map((one) => contribution.markUser?.(driver, one)));
    expect(String(blobs.get(name))).toBe(user);
    expect(blobs.size).toBe(2);
    const listed: unknown[] = [];
    for await (const item of driver.listing?.list() ?? []) listed.push(item);
    expect(listed).toEqual([]);
  });

  it("is found again, with all others, and with nothing else that lies there", async () => {
    const { blobs, reply } = fakeAzure();
    await using azure = await cloud(reply);
    const driver = await contribution.open(configOf(STORE), contextOf(azure.http));
    expect(await usersOf(driver)).toEqual([]);
    const users = Array.from({ length: 25 }, (_, index) => `ghcr.io/acme/app-${index}`);
    for (const each of users) await contribution.markUser?.(driver, each);
    const [marker = "", content = Buffer.alloc(0)] = [...blobs][0] ?? [];
    for (const other of [
      "bales/users/README",
      `bales/users/x/${"0".repeat(64)}`,
      marker.replace("bales/", ""),
    ])
      blobs.set(other, content);
    expect((await usersOf(driver)).sort()).toEqual([...users].sort());
  });

  it.each(["", "ghcr.io/acme/other", "x".repeat(5000)])(
    "that is damaged stops whoever wants to know all users: %j",
    async (content) => {
      const { blobs, reply } = fakeAzure();
      await using azure = await cloud(reply);
      const driver = await contribution.open(configOf(STORE), contextOf(azure.http));
      await contribution.markUser?.(driver, "ghcr.io/acme/whole");
      blobs.set(name, Buffer.from(content));
      expect(await failure(usersOf(driver))).toMatchObject({
        code: "STORE_CORRUPT",
        message: expect.stringContaining(name),
      });
    },
  );

  it("is not taken for absent where the service repeats a page, or leaves something out", async () => {
    const codeOf = async (body: string): Promise<string> => {
      await using azure = await cloud(() => ({ body }));
      return (await failure(usersOf(await contribution.open(configOf(STORE), contextOf(azure.http))))).code;
    };
    const page = (blob: string, next: string): string =>
      `<EnumerationResults><Blobs>${blob}</Blobs><NextMarker>${next}</NextMarker></EnumerationResults>`;
    expect(await codeOf(page("", "again"))).toBe("LIMIT");
    expect(await codeOf(page(`<Blob><Name>${name}</Name></Blob>`, ""))).toBe("SERVER");
    expect(await codeOf(page("", "").slice(0, -5))).toBe("SERVER");
  });

  it("of a driver that the plugin did not open is nobody's", async () => {
    const { reply } = fakeAzure();
    await using azure = await cloud(reply);
    const driver = driverOf(azure.http);
    expect(() => contribution.listUsers?.(driver)).toThrow(expect.objectContaining({ code: "INTERNAL" }));
  });
});
