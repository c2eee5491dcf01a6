import { readFileSync } from "node:fs";
import type { Plugin } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { CLOUD_CREDENTIALS, CLOUD_STORES } from "./built-in-plugins.js";

const all = [...CLOUD_STORES, ...CLOUD_CREDENTIALS].map((plugin) => [plugin.name, plugin] as const);

describe("what is said of the plugin", () => {
  it.each(all)("%s is what it contributes", async (name, { manifest, load }) => {
    const plugin = (await load()) as Plugin;
    expect(plugin.name).toBe(name);
    expect({
      blobs: plugin.blobs?.map(({ scheme }) => scheme),
      credentials: plugin.credentials?.map(({ id, hosts }) => ({ id, hosts })),
    }).toEqual({ blobs: manifest?.blobs, credentials: manifest?.credentials });
  });

  it.each(all)("%s is what its package says to others", (name, { manifest }) => {
    const file = new URL(`../../../../packages/${name.slice("@bale/".length)}/package.json`, import.meta.url);
    const { bale } = JSON.parse(readFileSync(file, "utf8")) as { readonly bale?: unknown };
    expect(bale).toEqual(manifest);
  });
});
