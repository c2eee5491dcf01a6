import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startTestRegistry } from "@bale/test-registry";
import { expect, it } from "vitest";
import { testBale, testFolder } from "./client.testing.js";

it("shows offline what the last online status saw, with its age", async () => {
  using folder = testFolder();
  const registry = await startTestRegistry();
  const reference = `${registry.host}/acme/app:v1`;
  await using bale = testBale();
  const one = folder.join("one");
  await bale.init({ directory: one });
  writeFileSync(join(one, "a.txt"), "a");
  const first = await bale.workspace(one);
  await first.add(["a.txt"], { cwd: one });
  await first.push({ reference, setUpstream: true });
  const { directory } = await bale.clone({ reference, directory: "two", cwd: folder.path });
  const second = await bale.workspace(directory);
  writeFileSync(join(directory, "a.txt"), "b");
  const { manifest } = await second.push();

  const online = await first.status();
  expect(online.remote).toMatchObject({ state: "reached", manifest });
  await registry.close();
  const unreachable = await first.status();
  expect(unreachable.remote).toMatchObject({ state: "known", manifest });
  expect(unreachable.remote.problem).toContain(registry.host);
  expect(unreachable.remote.seenAtMs).toBeGreaterThan(Date.now() - 60_000);
  const offline = await first.status({ mode: "offline" });
  expect(offline.changes.map((change) => [change.path, change.verdict])).toEqual([
    ["a.txt", "remote-change"],
  ]);
  await expect(first.status({ mode: "remote" })).rejects.toMatchObject({ code: "CONNECT_FAILED" });
});
