import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { BaleError } from "@bale/spec";
import { REGISTRY_MEMBERS } from "@bale/workspace";
import { describe, expect, it } from "vitest";
import { configTopic } from "../src/help/topics/config.js";
import { run } from "../src/run.js";
import { recordingIo, runInProcess } from "./in-process.js";
import { config, home, pushed, registryWith, workspace } from "./registries.js";

describe("proxies of the environment", () => {
  it("are asked, and a 407 of theirs exits 7 and says what to write where, without the password", async () => {
    const seen: string[] = [];
    const proxy = createServer((request, response) => {
      seen.push(request.url ?? "");
      response.writeHead(407).end();
    });
    proxy.on("connect", (request, socket) => {
      seen.push(request.url ?? "");
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const address = `http://ann:s3cret-w0rd@127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const ask = (host: string, env: Record<string, string>, ...flags: string[]) =>
      runInProcess(["tags", `${host}/acme/app`, "--retries", "0", "--debug", "-vv", ...flags], {
        cwd: home(),
        env,
      });
    try {
      for (const [name, flags] of [
        ["HTTPS_PROXY", []],
        ["https_proxy", []],
        ["HTTP_PROXY", ["--plain-http"]],
        ["http_proxy", ["--plain-http"]],
        ["ALL_PROXY", []],
      ] as const) {
        const result = await ask("registry.invalid:5000", { [name]: address }, ...flags);
        expect(result.exit).toBe(7);
        expect(result.stderr).toContain("[PROXY]");
        expect(result.stderr).toContain("its user and password");
        expect(`${result.stdout}${result.stderr}`).not.toContain("s3cret-w0rd");
      }
      expect(seen).toEqual([
        "registry.invalid:5000",
        "registry.invalid:5000",
        expect.stringMatching(/^http:\/\/registry\.invalid:5000\/v2\/acme\/app\/tags\/list/),
        expect.stringMatching(/^http:\/\/registry\.invalid:5000\/v2\/acme\/app\/tags\/list/),
        "registry.invalid:5000",
      ]);
      const asked = seen.length;
      for (const noProxy of ["registry.invalid", ".invalid", "registry.invalid:5000", "*"]) {
        const env = { HTTPS_PROXY: address, NO_PROXY: noProxy };
        expect((await ask("registry.invalid:5000", env)).stderr).not.toContain("[PROXY]");
      }
      const block = { HTTPS_PROXY: address, no_proxy: "192.0.2.0/24" };
      await ask("192.0.2.7:5000", block, "--timeout", "100ms");
      expect(seen).toHaveLength(asked);
    } finally {
      proxy.close();
    }
  });
});

describe("short names", () => {
  it.each([
    ["", "models/malaria:1", "models/malaria"],
    ["/acme", "app:1", "acme/app"],
    ["/acme", "models/malaria:1", "acme/models/malaria"],
    ["/acme/research/", "models/deep/malaria:1", "acme/research/models/deep/malaria"],
  ])("with the default registry HOST%s: %s is %s", async (namespace, name, repository) => {
    const registry = await registryWith();
    const cwd = await workspace(config(`defaultRegistry: ${registry.host}${namespace}\n`));
    expect(await runInProcess(["push", "-u", name], { cwd })).toMatchObject({ exit: 0 });
    expect(registry.store.repositories()).toEqual([repository]);
    expect(registry.store.tags(repository)).toEqual(["1"]);
    expect(await runInProcess(["clone", name, "copy"], { cwd })).toMatchObject({ exit: 0 });
    const tags = await runInProcess(["tags", name.split(":")[0] ?? ""], { cwd });
    expect(tags.stdout.trim()).toBe("1");
  });

  it("that are none are not completed: a host with a port or a dot, localhost, layouts, archives", async () => {
    const registry = await registryWith();
    const trap = await registryWith();
    const cwd = await workspace(config(`defaultRegistry: ${trap.host}/acme\n`));
    const port = registry.host.split(":")[1];
    for (const reference of [`${registry.host}/one:1`, `localhost:${port}/two:1`, "oci:layout:1"])
      expect(await runInProcess(["push", reference], { cwd })).toMatchObject({ exit: 0 });
    for (const reference of ["registry.invalid/app:1", "localhost/app:1", "bundle.tar"]) {
      const { exit } = await runInProcess(["show", reference, "--retries", "0", "--timeout", "1s"], { cwd });
      expect(exit).not.toBe(0);
    }
    expect(registry.store.repositories()).toEqual(["one", "two"]);
    expect(trap.log).toEqual([]);
  });

  it("without a default registry are refused with the two ways out", async () => {
    const result = await runInProcess(["show", "models/malaria:1"], { cwd: home() });
    expect(result.exit).toBe(2);
    expect(result.stderr).toContain("bale config set defaultRegistry ghcr.io/acme");
  });
});

describe("what a registry wants people to know", () => {
  it("is shown once for each text, however many answers carry it, and not with -q", async () => {
    const registry = await registryWith();
    const reference = `${registry.host}/acme/app:v1`;
    await pushed(reference);
    registry.setQuirks({ warning: "this registry closes in May" });
    const cloned = await runInProcess(["clone", reference, "copy"], { cwd: home() });
    expect(cloned.stderr.match(/this registry closes in May/g)).toHaveLength(1);
    expect(cloned.stdout).not.toContain("closes in May");
    const quiet = await runInProcess(["clone", reference, "copy", "-q"], { cwd: home() });
    expect(quiet.stderr).not.toContain("closes in May");
  });
});

describe("limits of the rate", () => {
  it("of a host hold a command back until it is stopped, or its turn comes", async () => {
    const registry = await registryWith();
    const reference = `${registry.host}/acme/app:v1`;
    await pushed(reference);
    registry.clearLog();
    const cwd = home(config(`registries:\n  ${registry.host}: { rateLimit: 2/h }\n`));
    const stop = new AbortController();
    const { io } = recordingIo({ cwd });
    const cloning = run(["clone", reference, "copy"], io, stop.signal);
    while (registry.log.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    // Time enough for a third request, if there were to be one.
    await Promise.race([cloning, new Promise((resolve) => setTimeout(resolve, 100))]);
    stop.abort(new BaleError({ code: "INTERRUPTED", message: "stopped by SIGINT" }));
    expect(await cloning).toBe(130);
    expect(registry.log).toHaveLength(2);
  });
});

describe("settings of registries", () => {
  it("are as the help shows them", async () => {
    const samples = configTopic.flatMap((part) => ("sample" in part ? [part.sample] : []));
    const sample = samples.find((text) => text.startsWith("registries:")) ?? "";
    const { exit, stdout } = await runInProcess(["config", "list"], { cwd: home(config(sample)) });
    expect(exit).toBe(0);
    expect(stdout).toContain("registries.ghcr.io/acme.credentials.source");
    const rows = configTopic.flatMap((part) => ("rows" in part ? part.rows.map(([name]) => name) : []));
    const named = new Set(rows.flatMap((name) => name.split(", ")));
    for (const member of REGISTRY_MEMBERS) expect(named).toContain(member);
  });

  it("are set, shown and refused by key", async () => {
    const cwd = home();
    const bale = (...args: string[]) => runInProcess(args, { cwd });
    expect(
      await bale("config", "set", "registries.ghcr.io/acme.mirrors", "[mirror.example/hub]"),
    ).toMatchObject({
      exit: 0,
    });
    expect(await bale("config", "set", "registries.ghcr.io.rateLimit", "600/m")).toMatchObject({ exit: 0 });
    expect(await bale("config", "set", "registries.ghcr.io/acme.credentials.source", "gh")).toMatchObject({
      exit: 0,
    });
    expect((await bale("config", "get", "registries.ghcr.io/acme.credentials.source")).stdout).toBe("gh\n");
    expect((await bale("config", "list")).stdout).toContain("registries.ghcr.io/acme.mirrors");
    const refused = await bale("config", "set", "registries.ghcr.io/acme.plainHttp", "true");
    expect(refused).toMatchObject({ exit: 2, stderr: expect.stringContaining("belongs to a host") });
    expect(await bale("config", "unset", "registries.ghcr.io/acme.mirrors")).toMatchObject({ exit: 0 });
    expect((await bale("config", "get", "registries.ghcr.io/acme.mirrors")).exit).toBe(3);
  });
});
