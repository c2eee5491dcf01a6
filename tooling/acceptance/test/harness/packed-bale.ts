import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./linked-project.js";
import { run } from "./packed-packages.js";

/** The command line as it would be published: one tarball that needs no other package. */
export async function packBale(folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  await run(["turbo", "run", "build", "--filter=bale...", "--output-logs=errors-only"], {
    cwd: ROOT,
    env: { TURBO_TELEMETRY_DISABLED: "1" },
  });
  await run(["pnpm", "pack", "--pack-destination", folder], { cwd: join(ROOT, "apps/cli") });
  const [name] = readdirSync(folder).filter((each) => each.endsWith(".tgz"));
  if (name === undefined) throw new Error("nothing was packed");
  return join(folder, name);
}
