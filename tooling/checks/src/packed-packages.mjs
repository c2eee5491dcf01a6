// `node packed-packages.mjs`: packs every published package as it would be uploaded, and looks at what came out:
// our own look at files and manifest, then publint, then the types as every kind of importer resolves them.
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { filesInTarball, packedFaults } from "./packed-faults.mjs";
import { rootFolder } from "./root-folder.mjs";
import { runCommand } from "./run-command.mjs";
import { publishedPackages } from "./workspace-packages.mjs";

const target = join(rootFolder, ".cache", "packed");
const outputFile = join(rootFolder, ".cache", "packed.log");

/**
 * @param {import("./workspace-packages.mjs").WorkspacePackage} each
 * @returns {Promise<string[]>} what is wrong
 */
async function faultsOf({ folder, manifest }) {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const packing = await toolFaults("pnpm", ["--dir", folder, "pack", "--pack-destination", target]);
  const [name] = readdirSync(target);
  if (name === undefined) return packing;
  const tarball = join(target, name);
  // The command line has nothing to import, so nothing to resolve types for.
  const isLibrary = manifest.exports?.["."] !== undefined;
  return [
    ...packing,
    ...packedFaults(filesInTarball(tarball)),
    ...(await toolFaults("publint", ["--strict", tarball])),
    ...(isLibrary ? await toolFaults("attw", [tarball, "--profile", "esm-only", "--format", "ascii"]) : []),
  ];
}

/**
 * @param {string} tool
 * @param {readonly string[]} args
 * @returns {Promise<string[]>} what the tool said, if it failed
 */
async function toolFaults(tool, args) {
  const status = await runCommand([tool, ...args], { outputFile });
  return status === 0 ? [] : [`${tool} (status ${status}):\n${readFileSync(outputFile, "utf8").trim()}`];
}

let failed = 0;
for (const each of publishedPackages()) {
  const faults = await faultsOf(each);
  if (faults.length > 0) failed += 1;
  process.stdout.write(`${faults.length > 0 ? "FAILED" : "ok    "} ${each.manifest.name}\n`);
  for (const fault of faults) process.stdout.write(`${fault.replaceAll(/^/gm, "       ")}\n`);
}
process.exitCode = failed === 0 ? 0 : 1;
