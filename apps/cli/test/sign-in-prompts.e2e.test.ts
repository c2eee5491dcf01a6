import { describe, expect, it } from "vitest";
import type { InProcessOptions } from "./in-process.js";
import { home, registryWith } from "./registries.js";
import { login, run, SECRET, stored, USERS } from "./sign-in.js";

describe("at a terminal", () => {
  const guarded = () => registryWith({ auth: { scheme: "bearer", ...USERS } });
  const at = (keys: readonly string[], input = "alice"): Partial<InProcessOptions> => ({
    isTty: true,
    input,
    keys,
    env: { NO_COLOR: "1" },
  });

  it("user name and password are asked for, on stderr", async () => {
    const registry = await guarded();
    const cwd = home();
    const signed = await run(cwd, ["login", registry.host], at([...SECRET, "\r"]));
    expect(signed).toMatchObject({ exit: 0, stdout: expect.stringContaining("as alice") });
    expect(signed.stderr).toContain(`user name at ${registry.host}: `);
    expect(signed.stderr).toContain(`password or token of alice at ${registry.host}: `);
    expect(stored(cwd)).toHaveProperty([registry.host]);
  });

  it.each([
    ["Ctrl-C", ["half", "\u0003"], 130],
    ["Ctrl-D", ["\u0004"], 2],
    ["nothing", ["\r"], 2],
  ])("%s in place of a password does nothing", async (_what, keys, exit) => {
    const registry = await guarded();
    const cwd = home();
    expect(await run(cwd, ["login", registry.host, "-u", "alice"], at(keys))).toMatchObject({
      exit,
      stdout: "",
    });
    expect(registry.log).toEqual([]);
    expect(stored(cwd)).toBeUndefined();
  });

  it("nothing in place of a user name does nothing", async () => {
    const registry = await guarded();
    expect(await run(home(), ["login", registry.host], at([], "  "))).toMatchObject({ exit: 2 });
    expect(registry.log).toEqual([]);
  });

  it.each([
    ["a build service", { ...at(["x\r"]), env: { CI: "true" } }, ["-u", "alice"], "no terminal"],
    ["no terminal", {}, [], "no user name is given"],
    ["no terminal, and a user name", {}, ["-u", "alice"], "no password is given"],
    ["a pipe that nobody said anything about", { input: SECRET }, ["-u", "alice"], "--password-stdin"],
    ["a pipe and no user name", { input: SECRET }, ["--password-stdin"], "--username"],
    ["an empty pipe", { input: "\n" }, ["-u", "alice", "--password-stdin"], "nothing on stdin"],
    [
      "two secrets in a pipe",
      { input: SECRET },
      ["--password-stdin", "--identity-token-stdin"],
      "one secret",
    ],
    ["a pipe that is a terminal", at([]), ["-u", "alice", "--password-stdin"], "stdin is a terminal"],
  ])("%s is told how to do it", async (_what, options, flags, expected) => {
    const registry = await guarded();
    const result = await run(home(), ["login", registry.host, ...flags], options);
    expect(result.exit).toBe(2);
    expect(result.stderr).toContain(expected);
    expect(registry.log).toEqual([]);
  });

  it.each(["https://ghcr.io", "ghcr.io/acme:v1", "ghcr.io/Acme", "acme", "ghcr.io/../x"])(
    "%s is no registry",
    async (place) => {
      expect(await login(home(), place, SECRET)).toMatchObject({ exit: 2, stdout: "" });
    },
  );
});
