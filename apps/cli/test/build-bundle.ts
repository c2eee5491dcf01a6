import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Builds the command line as users get it, so that no test sees a stale one. */
export default async function buildBundle(): Promise<void> {
  const folder = fileURLToPath(new URL("..", import.meta.url));
  const tsup = join(
    dirname(createRequire(import.meta.url).resolve("tsup/package.json")),
    "dist",
    "cli-default.js",
  );
  await promisify(execFile)(process.execPath, [tsup], { cwd: folder });
}
