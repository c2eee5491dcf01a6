import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
/** What an author of a plugin installs, with what that needs of this repository. */
const PACKAGES = ["spec", "http", "plugin-host", "conformance"] as const;

/** Runs a program of this repository or of the system. What it prints is told when it fails. */
export async function run(
  command: readonly [string, ...string[]],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv | undefined },
): Promise<string> {
  const [file, ...args] = command;
  const path = [join(ROOT, "node_modules", ".bin"), process.env["PATH"]].join(delimiter);
  const env = { ...process.env, PATH: path, ...options.env };
  try {
    const { stdout } = await promisify(execFile)(file, args, { cwd: options.cwd, env, maxBuffer: 1 << 26 });
    return stdout;
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`${command.join(" ")} failed:\n${stdout.slice(-5000)}\n${stderr.slice(-5000)}`);
  }
}

/** Where an installed package of others is, as one of ours finds it. */
function installed(name: string, from: string): string {
  const require = createRequire(join(ROOT, from, "package.json"));
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      return dirname(realpathSync(join(folder, name, "package.json")));
    } catch {
      // The next folder upward.
    }
  }
  throw new Error(`${name} is not installed`);
}

/**
 * Tarballs of bale's packages as they would be published, and of what they need from others as it is installed here: with these, npm installs without
 * a network.
 */
export async function packPackages(folder: string): Promise<readonly string[]> {
  mkdirSync(folder, { recursive: true });
  await run(["turbo", "run", "build", "--filter=@bale/conformance...", "--output-logs=errors-only"], {
    cwd: ROOT,
    env: { TURBO_TELEMETRY_DISABLED: "1" },
  });
  for (const name of PACKAGES)
    await run(["pnpm", "pack", "--pack-destination", folder], { cwd: join(ROOT, "packages", name) });
  const nodeTypes = installed("@types/node", ".");
  const { dependencies = {} } = JSON.parse(readFileSync(join(nodeTypes, "package.json"), "utf8")) as {
    readonly dependencies?: Readonly<Record<string, string>>;
  };
  const others = [
    installed("undici", "packages/http"),
    nodeTypes,
    // They lie beside it, wherever that is.
    ...Object.keys(dependencies).map((name) => realpathSync(join(nodeTypes, "..", "..", name))),
  ];
  for (const each of others)
    await run(["npm", "pack", "--silent", "--ignore-scripts", each], { cwd: folder });
  return readdirSync(folder)
    .filter((name) => name.endsWith(".tgz"))
    .map((name) => join(folder, name));
}

/** Installs from tarballs alone, and puts this repository's compiler beside them. */
export async function installPacked(folder: string, tarballs: readonly string[]): Promise<void> {
  const flags = ["--offline", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save"];
  await run(["npm", "install", ...flags, ...tarballs], { cwd: folder });
}
