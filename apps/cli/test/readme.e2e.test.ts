import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startTestRegistry } from "@bale/test-registry";
import { parseProject } from "@bale/workspace";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../src/commands/index.js";
import { parseCommand } from "../src/definition/parse-command.js";
import { splitCommandLine } from "../src/definition/split-command-line.js";
import { runInProcess } from "./in-process.js";
import { temporaryFolder, writeFiles } from "./temporary-folder.js";

const readme = readFileSync(fileURLToPath(new URL("../../../README.md", import.meta.url)), "utf8");

/** Lines of the first example that begin with a prompt, without the remarks behind them. */
const lines = [...readme.matchAll(/^ {4}\$ bale (.*)$/gm)].map(([, line = ""]) =>
  line.replace(/\s+#.*$/, ""),
);
const words = (line: string): string[] =>
  (line.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll("'", ""));
const project = /\n## bale\.yaml\n\n((?: {4}.*\n|\n)+)/.exec(readme)?.[1]?.replace(/^ {4}/gm, "") ?? "";

describe("README.md", () => {
  it("has a first example that works as it stands", async () => {
    await using registry = await startTestRegistry();
    const root = temporaryFolder();
    const author = join(root, "author");
    mkdirSync(author);
    writeFiles(author, { "src/model.py": "print(1)\n", "configs/a.yaml": "a: 1\n", "data/x.csv": "1\n" });
    expect(lines.length).toBeGreaterThanOrEqual(6);
    let cwd = author;
    for (const line of lines) {
      const args = words(line).map((word) => word.replace("ghcr.io", registry.host));
      if (args[0] === "clone") cwd = root;
      const { exit, stdout, stderr } = await runInProcess(args, { cwd });
      expect({ line, exit, stderr: exit === 0 ? "" : stderr }).toEqual({ line, exit: 0, stderr: "" });
      if (args[0] === "init")
        // The layers and roles that the page shows further down, without the store, which is a folder of another machine.
        writeFiles(author, {
          "bale.yaml": project.replace("ghcr.io", registry.host).replace(/storage:[\s\S]*$/, ""),
        });
      if (args[0] === "push") expect(stdout).toMatch(/^pushed .*\/acme\/models\/malaria:latest\n/);
      if (args[0] === "clone") cwd = join(root, "malaria");
    }
    expect(existsSync(join(cwd, "src/model.py"))).toBe(true);
    expect(existsSync(join(cwd, "data"))).toBe(false);
  });

  it("shows a bale.yaml without mistakes", async () => {
    expect(await parseProject(Buffer.from(project))).toMatchObject({
      ref: "ghcr.io/acme/models/malaria",
      defaultRole: "runtime",
    });
  });

  it("names only commands and topics that exist", async () => {
    const named = [...readme.matchAll(/`bale ([a-z][^`]*)`/g)].map(([, line = ""]) =>
      line.replace(/\[.*|…|PATH/g, "").trim(),
    );
    expect(named.length).toBeGreaterThan(5);
    for (const line of named) {
      const { command, rest } = splitCommandLine(words(line), COMMANDS);
      expect(command).toBeDefined();
      if (command?.name === "help")
        expect(await runInProcess(["help", ...rest], { cwd: "/" })).toMatchObject({ exit: 0 });
      else if (command && rest.length > 0) expect(() => parseCommand(command, rest)).not.toThrow();
    }
  });
});
