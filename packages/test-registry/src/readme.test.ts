import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { registryProfiles, startTestRegistry } from "./index.js";
import { noQuirks } from "./quirks/quirks.js";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

describe("the README", () => {
  it("shows an example that does what it says", async () => {
    await using registry = await startTestRegistry();
    const digest = registry.store.putBlob("acme/app", Buffer.from("0123456789"));
    registry.addFault({ method: "GET", path: /\/blobs\//, action: { kind: "corrupt" } });

    const url = `${registry.url}/v2/acme/app/blobs/${digest}`;
    const first = await (await fetch(url)).text();
    const second = await (await fetch(url)).text();

    expect([first, second]).toEqual(["0123446789", "0123456789"]);
    expect(registry.log.map((request) => `${request.method} ${request.status}`)).toEqual([
      "GET 200",
      "GET 200",
    ]);
    expect(readme).toContain(`// "${first}"`);
  });

  it("fails the n-th request until a run is clean", async () => {
    await using registry = await startTestRegistry({ quirks: registryProfiles.ghcr });
    const outcomes: boolean[] = [];
    for (let n = 0, clean = false; !clean; n += 1) {
      const fault = registry.addFault({ skip: n, action: { kind: "reset" } });
      const pings = [await ping(registry.url), await ping(registry.url)];
      outcomes.push(pings.every(Boolean));
      clean = fault.hits === 0;
      fault.remove();
    }
    expect(outcomes).toEqual([false, false, true]);
  });

  it("names every quirk", () => {
    for (const name of Object.keys(noQuirks)) expect(readme).toContain(`\`${name}\``);
  });
});

function ping(url: string): Promise<boolean> {
  return fetch(`${url}/v2/`).then(
    (response) => response.ok,
    () => false,
  );
}
