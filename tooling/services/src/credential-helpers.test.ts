import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { makeBadHelper } from "./make-bad-helper.mjs";
import { serviceOrSkip } from "./require.mjs";
import { runProgram } from "./run-program.mjs";
import { startPassStore } from "./start-pass-store.mjs";

const call = (name: string, verb: string, env: NodeJS.ProcessEnv, input: string) =>
  runProgram("sh", ["-c", `exec docker-credential-${name} ${verb}`], {
    env: { ...process.env, ...env },
    input,
  });

describe.skipIf(!serviceOrSkip("docker-credential-pass"))("the store of pass", () => {
  it("keeps, gives and forgets a credential through the real helper, and goes as a whole", async () => {
    const store = await startPassStore();
    const credential = { ServerURL: "ghcr.io", Username: "ann", Secret: "p:w" };
    expect((await call("pass", "store", store.env, JSON.stringify(credential))).code).toBe(0);
    expect(await store.list()).toEqual({ "ghcr.io": "ann" });
    expect(JSON.parse((await call("pass", "get", store.env, "ghcr.io")).stdout)).toEqual(credential);
    expect((await call("pass", "erase", store.env, "ghcr.io")).code).toBe(0);
    expect(await store.list()).toEqual({});
    await store.stop();
    expect(existsSync(dirname(store.env.GNUPGHOME))).toBe(false);
  });
});

describe("a helper that misbehaves", () => {
  it.each([
    ["rubbish", 0, "not json {"],
    ["secret-on-stderr", 3, "failed with hidden"],
    ["token-user", 0, '"Username":"<token>","Secret":"hidden"'],
    ["closes-stdin", 1, "credentials not found"],
    ["empty", 0, '"Username":"","Secret":""'],
    ["missing", 127, ""],
  ] as const)("%s ends with %i", async (kind, code, text) => {
    using helper = makeBadHelper(kind, { secret: "hidden" });
    const done = await call(helper.name, "get", helper.env, "ghcr.io");
    expect(done.code).toBe(code);
    expect(done.stdout).toContain(text);
    if (kind === "secret-on-stderr") expect(done.stderr).toContain(text);
    expect(helper.calls()).toEqual(kind === "missing" ? [] : ["get"]);
  });

  it.each(["hang", "flood"] as const)("%s does not end by itself", async (kind) => {
    using helper = makeBadHelper(kind);
    const child = spawn("sh", ["-c", `exec docker-credential-${kind} get`], {
      env: { ...process.env, ...helper.env },
    });
    let bytes = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > 2 ** 20) child.kill("SIGKILL");
    });
    if (kind === "hang") setTimeout(() => child.kill("SIGKILL"), 200);
    const [, signal] = await once(child, "close");
    expect(signal).toBe("SIGKILL");
    expect(bytes > 2 ** 20).toBe(kind === "flood");
  });
});
