import { startTestRegistry, type TestRegistry } from "@bale/test-registry";
import { afterEach, expect } from "vitest";
import { type InProcessOptions, type InProcessResult, runInProcess } from "./in-process.js";
import { temporaryFolder, writeFiles } from "./temporary-folder.js";

const open: TestRegistry[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

/** A registry that is closed when the test ends. */
export async function registryWith(
  options: Parameters<typeof startTestRegistry>[0] = {},
): Promise<TestRegistry> {
  const registry = await startTestRegistry(options);
  open.push(registry);
  return registry;
}

/** A home with files, which is also where commands work. */
export function home(files: Readonly<Record<string, string>> = {}): string {
  const folder = temporaryFolder();
  writeFiles(folder, files);
  return folder;
}

/** The user's configuration, as a file of a home. */
export const config = (text: string): Readonly<Record<string, string>> => ({
  ".config/bale/config.yaml": text,
});

const FILES: Readonly<Record<string, string>> = { "a.txt": "a\n".repeat(1000), "b.txt": "b\n" };

/** A workspace in which both files are tracked. */
export async function workspace(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const cwd = home({ ...FILES, ...files });
  await runInProcess(["init"], { cwd });
  await runInProcess(["add", "a.txt", "b.txt"], { cwd });
  return cwd;
}

/** A workspace whose only bundle was pushed to `reference`. */
export async function pushed(reference: string, env: InProcessOptions["env"] = {}): Promise<string> {
  const cwd = await workspace();
  const push = await runInProcess(["push", "-u", reference], { cwd, env });
  expect(push).toMatchObject({ exit: 0, stderr: expect.not.stringContaining("error:") });
  return cwd;
}

/** One request, whose failure is the command's. */
export function tags(
  registry: TestRegistry,
  options: InProcessOptions,
  ...flags: readonly string[]
): Promise<InProcessResult> {
  registry.store.putManifest("acme/app", Buffer.from("{}"), { mediaType: "application/json", tag: "v1" });
  return runInProcess(["tags", `${registry.host}/acme/app`, "--retries", "0", ...flags], options);
}
