import { execFile, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startTestRegistry, type TestRegistry } from "@bale/test-registry";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bale, cleanEnvironment, MAIN } from "./bundle.js";
import { writeFiles } from "./temporary-folder.js";

const isInstalled = (shell: string): boolean => spawnSync(shell, ["-c", "true"]).status === 0;

let registry: TestRegistry;
let folder: string;
beforeAll(async () => {
  registry = await startTestRegistry();
  folder = mkdtempSync(join(tmpdir(), "bale-completion-"));
  writeFiles(folder, {
    "bale.yaml": 'layers: { code: ["*.py"] }\nroles: { runtime: [code], training: [code] }\n',
    "a.py": "1\n",
  });
  const run = async (...args: string[]) => expect((await bale(args, { cwd: folder })).exit).toBe(0);
  await run("init");
  await run("add", "a.py");
  await run("push", "-u", `${registry.host}/acme/app:v1`, "--tag", "v2", "--tag", "stable");
  writeFileSync(join(folder, "bale"), `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`);
  chmodSync(join(folder, "bale"), 0o755);
}, 60_000);
afterAll(async () => {
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Not waited for in one go: the registry is in this process. */
async function inShell(shell: string, script: string): Promise<string[]> {
  const env = cleanEnvironment(folder, { PATH: `${folder}:${process.env["PATH"]}` });
  const { stdout } = await promisify(execFile)(shell, ["-c", script], { cwd: folder, env });
  return stdout.split("\n").filter((line) => line !== "");
}

/** What bash would show for a line with the cursor at its end. Bash breaks words at colons as well. */
function inBash(line: string): Promise<string[]> {
  const words = line.split(/(?<=[:=])|(?=[:=])| /).filter((word) => word !== "");
  if (line.endsWith(" ")) words.push("");
  const list = words.map((word) => `'${word}'`).join(" ");
  return inShell(
    "bash",
    `compopt() { :; }; source <(bale completion bash); COMP_LINE='${line}'; COMP_POINT=${line.length};
     COMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _bale; printf '%s\\n' "\${COMPREPLY[@]}"`,
  );
}

describe.runIf(isInstalled("bash"))("completion in bash", () => {
  it("offers commands, options, their values, and roles of the workspace", async () => {
    expect(await inBash("bale pu")).toEqual(expect.arrayContaining(["push", "pull"]));
    expect(await inBash("bale push --bu")).toEqual(["--bump"]);
    expect(await inBash("bale push --bump m")).toEqual(["minor", "major"]);
    expect(await inBash("bale pull --role tr")).toEqual(["training"]);
  });

  it("offers the upstream, and the tags that its repository has", async () => {
    const host = registry.host.split(":");
    expect(await inBash(`bale ls ${registry.host}/acme/app:`)).toEqual(
      expect.arrayContaining(["v1", "v2", "stable"]),
    );
    expect(await inBash(`bale ls ${registry.host}/acme/app:s`)).toEqual(["stable"]);
    expect((await inBash(`bale ls ${host[0]}`)).join(" ")).toContain("/acme/app:v1");
  });

  it("offers nothing, and no message, where a registry does not answer", async () => {
    expect(await inBash("bale ls 127.0.0.1:1/acme/app:")).toEqual([]);
  });
});

describe.each([
  ["zsh", "zsh -n <(bale completion zsh) && echo fine"],
  ["fish", "bale completion fish | fish -n; and echo fine"],
])("completion in %s", (shell, check) => {
  it.runIf(isInstalled(shell))("is a script that it can read", async () =>
    expect(await inShell(shell, check)).toEqual(["fine"]),
  );

  it("is printed, and asks bale itself", async () => {
    const { exit, stdout } = await bale(["completion", shell], { cwd: folder });
    expect([exit, stdout]).toEqual([0, expect.stringContaining(`completion ${shell} --complete -- `)]);
  });
});

it("a shell that is not known is refused, with those that are", async () => {
  const { exit, stderr } = await bale(["completion", "tcsh"], { cwd: folder });
  expect([exit, stderr]).toEqual([2, expect.stringContaining("bash, zsh, fish")]);
});
