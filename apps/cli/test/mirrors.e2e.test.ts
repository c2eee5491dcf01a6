import { join } from "node:path";
import type { TestRegistry } from "@bale/test-registry";
import { describe, expect, it } from "vitest";
import { runInProcess } from "./in-process.js";
import { config, home, pushed, registryWith } from "./registries.js";
import { writeFiles } from "./temporary-folder.js";

async function copyAll(from: TestRegistry, name: string, to: TestRegistry, as: string): Promise<void> {
  for (const digest of from.store.blobs(name))
    to.store.putBlob(as, (await from.store.readBlob(name, digest)) ?? Buffer.alloc(0));
  for (const { bytes, mediaType } of from.store.manifests(name))
    to.store.putManifest(as, Buffer.from(bytes), { mediaType });
}

describe("a mirror", () => {
  const users = { alice: "s3cret-w0rd" };
  const env = { BALE_USERNAME: "alice", BALE_PASSWORD: users.alice };

  it("serves a clone, without the registry's credentials; the registry is asked for the tag alone", async () => {
    const registry = await registryWith({ auth: { scheme: "basic", users } });
    const mirror = await registryWith();
    const reference = `${registry.host}/acme/app:v1`;
    await pushed(reference, env);
    await copyAll(registry, "acme/app", mirror, "hub/acme/app");
    const cwd = home(config(`registries:\n  ${registry.host}/acme: { mirrors: ["${mirror.host}/hub"] }\n`));
    registry.clearLog();
    const cloned = await runInProcess(["clone", reference, "copy"], { cwd, env });
    expect(cloned).toMatchObject({ exit: 0, stderr: expect.not.stringContaining("warning") });
    const paths = registry.log.map(({ path }) => path).filter((path) => path !== "/v2/");
    expect(paths.length).toBeGreaterThan(0);
    expect(paths.filter((path) => !path.endsWith("/manifests/v1"))).toEqual([]);
    expect(mirror.log.length).toBeGreaterThan(2);
    expect(mirror.log.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
    expect(await runInProcess(["verify", "copy"], { cwd })).toMatchObject({ exit: 0 });
  });

  it("with its own credentials gets these, and the registry gets its own", async () => {
    const registry = await registryWith({ auth: { scheme: "basic", users } });
    const mirror = await registryWith({ auth: { scheme: "bearer", users: { bob: "other-w0rd" } } });
    const reference = `${registry.host}/acme/app:v1`;
    await pushed(reference, env);
    await copyAll(registry, "acme/app", mirror, "acme/app");
    const auths = { [mirror.host]: { auth: Buffer.from("bob:other-w0rd").toString("base64") } };
    const cwd = home({
      ...config(`registries:\n  ${registry.host}: { mirrors: ["${mirror.host}"] }\n`),
      ".docker/config.json": JSON.stringify({ auths }),
    });
    const cloned = await runInProcess(["clone", reference, "copy"], { cwd, env });
    expect(cloned).toMatchObject({ exit: 0, stderr: expect.not.stringContaining("warning") });
    expect([...new Set(mirror.auth.asked.map(({ user }) => user))]).toEqual(["bob"]);
  });

  it.each([
    ["serves wrong bytes", { kind: "corrupt" }, { path: /\/blobs\// }],
    ["is broken", { kind: "status", status: 500 }, {}],
  ] as const)("that %s is left out with one line, and the clone is right", async (_what, action, rule) => {
    const registry = await registryWith();
    const mirror = await registryWith();
    const reference = `${registry.host}/acme/app:v1`;
    await pushed(reference);
    await copyAll(registry, "acme/app", mirror, "acme/app");
    mirror.addFault({ ...rule, times: 0, action });
    const cwd = home(config(`registries:\n  ${registry.host}: { mirrors: ["${mirror.host}"] }\n`));
    const cloned = await runInProcess(["clone", reference, "copy"], { cwd });
    expect(cloned.exit).toBe(0);
    expect(cloned.stderr.match(/warning: .*the mirror .* is not asked any more/g)).toHaveLength(1);
    expect(await runInProcess(["verify", "copy"], { cwd })).toMatchObject({ exit: 0 });
  });

  it("that is behind is no danger to a push, even where it serves tags", async () => {
    const registry = await registryWith();
    const mirror = await registryWith();
    const reference = `${registry.host}/acme/app:v1`;
    const cwd = await pushed(reference);
    await copyAll(registry, "acme/app", mirror, "acme/app");
    const old = registry.store.resolveTag("acme/app", "v1") ?? "";
    mirror.store.setTag("acme/app", "v1", old);
    // Somebody else pushes, past the mirror.
    writeFiles(cwd, { "b.txt": "somebody else's\n" });
    expect(await runInProcess(["push"], { cwd })).toMatchObject({ exit: 0 });
    const now = registry.store.resolveTag("acme/app", "v1");
    const serving = config(
      `registries:\n  ${registry.host}: { mirrors: [{ at: "${mirror.host}", tags: true }] }\n`,
    );
    const other = home(serving);
    expect(await runInProcess(["clone", reference, "copy"], { cwd: other })).toMatchObject({ exit: 0 });
    const copy = join(other, "copy");
    writeFiles(copy, { "b.txt": "mine\n", ...serving });
    const push = await runInProcess(["push"], { cwd: copy });
    expect(push.exit).toBe(6);
    expect(push.stderr).toContain("[TAG_MOVED]");
    expect(registry.store.resolveTag("acme/app", "v1")).toBe(now);
    expect(mirror.log.filter(({ method }) => method !== "GET" && method !== "HEAD")).toEqual([]);
  });
});
