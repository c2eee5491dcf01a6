// `npm run quickstart`: sets up what is missing without a word, then shows the product at work.
import { join } from "node:path";
import { prepareQuietly } from "./prepare-quietly.mjs";
import { rootFolder } from "./root-folder.mjs";
import { runCommand } from "./run-command.mjs";

const main = join(rootFolder, "apps", "cli", "dist", "main.js");
const { built } = await prepareQuietly();
process.exitCode = built
  ? await runCommand([process.execPath, main, "quickstart", ...process.argv.slice(2)], { interactive: true })
  : 1;
