import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { home, registryWith } from "./registries.js";
import { baleAtTerminal, canOpenTerminals, type Step } from "./terminal.js";

const SECRET = "s3cret-w0rd-of-alice";
const FILE = ".docker/config.json";

describe.skipIf(!canOpenTerminals())("a password at a terminal", () => {
  const guarded = () => registryWith({ auth: { scheme: "bearer", users: { alice: SECRET } } });
  const login = async (cwd: string, steps: readonly Step[], ...flags: readonly string[]) => {
    const registry = await guarded();
    const result = await baleAtTerminal(["login", registry.host, ...flags], steps, { cwd });
    expect(result.output).not.toContain(SECRET);
    expect(result.echoAfter).toBe(true);
    return { ...result, host: registry.host };
  };

  it("does not show, is corrected with backspace, and signs in", async () => {
    const cwd = home();
    const { echoDuring, exit, host, output } = await login(cwd, [
      { after: "user name at", type: "alice\n" },
      { after: "password or token of alice", type: `${SECRET}xx\u007f\u007f\r` },
    ]);
    expect(output).toContain(`signed in to ${host} as alice`);
    expect(exit).toBe(0);
    expect(echoDuring).toEqual([true, false]);
    expect(readFileSync(join(cwd, FILE), "utf8")).toContain(host);
  });

  it.each<[string, Step, number]>([
    ["Ctrl-C", { after: "password or token", type: "half\u0003" }, 130],
    ["Ctrl-D", { after: "password or token", type: "\u0004" }, 2],
    ["SIGINT", { after: "password or token", signal: "SIGINT" }, 130],
    ["SIGTERM", { after: "password or token", signal: "SIGTERM" }, 143],
    ["SIGHUP", { after: "password or token", signal: "SIGHUP" }, 143],
  ])("that ends with %s leaves a terminal that echoes, and stores nothing", async (_what, step, exit) => {
    const cwd = home();
    const result = await login(cwd, [step], "--username", "alice");
    expect(result.exit).toBe(exit);
    expect(result.echoDuring).toEqual([false]);
    expect(existsSync(join(cwd, FILE))).toBe(false);
  });

  it("does not show either after the command was suspended", async () => {
    const steps = [{ after: "password or token", suspended: `${SECRET}\r` }];
    const result = await login(home(), steps, "--username", "alice");
    expect(result).toMatchObject({ exit: 0, echoDuring: [false, false] });
  });

  it("is not asked for where Ctrl-D ends the question for the user name", async () => {
    const result = await login(home(), [{ after: "user name at", type: "\u0004" }]);
    expect(result.exit).toBe(2);
    expect(result.output).not.toContain("password or token");
  });
});
