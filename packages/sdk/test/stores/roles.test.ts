import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hybrid } from "./hybrid.testing.js";

describe("roles of a bundle that lies in several stores", () => {
  it("say where each layer lies, and what a first pull of each role asks the servers for, to the byte", async () => {
    await using place = await hybrid();
    const { bench } = place;
    const shown = await bench.bale.roles(bench.reference());
    expect(shown.layers.map(({ name, stores }) => [name, stores.map(({ store }) => store)])).toEqual([
      ["bale", ["registry"]],
      ["code", ["registry"]],
      ["data", ["cellar", "registry", "shelf"]],
    ]);
    const dev = shown.roles.find(({ name }) => name === "dev");
    const measured = async (name: string, roles: readonly string[]) => {
      const from = bench.registry.log.length;
      // Another client: what this one has seen is in its memory.
      await using fresh = place.strangers({
        trustedStores: [`fs:${place.shelf}/acme`, `oci://${bench.registry.host}/acme/cellar`],
      });
      await fresh.clone({
        reference: bench.reference(),
        directory: join(bench.folder, name),
        cwd: bench.folder,
        roles,
      });
      return bench.registry.log.slice(from).length;
    };
    expect(dev?.layers).toEqual(["code"]);
    expect(await measured("dev", ["dev"])).toBe(dev?.pull.requests);
    // One of the blobs lies in the directory, which is asked for without a request.
    expect(await measured("all", ["all"])).toBe(shown.all.requests - 1);
    expect(dev?.pull.bytes).toBeLessThan(shown.all.bytes);
  });
});
