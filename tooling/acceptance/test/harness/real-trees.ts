import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { cacheFolder, requiredServices } from "@bale/tooling-services";

// Published packages with programs, links and thousands of small files.
const PACKAGES = ["@aws-sdk/client-s3@3.1173.0", "typescript@7.0.2"];

/** A folder with `node_modules` as npm makes it, installed once and kept beside the servers. */
export function installedPackages(): string {
  const folder = join(cacheFolder(), "real-input", PACKAGES.join("+").replaceAll(/[^\w.@+-]/g, "-"));
  if (existsSync(folder)) return folder;
  const fresh = `${folder}.${process.pid}`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  writeFileSync(join(fresh, "package.json"), '{ "private": true }\n');
  const flags = ["--ignore-scripts", "--no-save", "--no-audit", "--no-fund", "--no-package-lock"];
  execFileSync("npm", ["install", ...flags, ...PACKAGES], {
    cwd: fresh,
    stdio: ["ignore", "ignore", "inherit"],
  });
  renameSync(fresh, folder);
  return folder;
}

const PRINT_LIBRARY = "import sysconfig; print(sysconfig.get_paths()['stdlib'])";

function standardLibrary(): string {
  return execFileSync("python3", ["-c", PRINT_LIBRARY], { encoding: "utf8" }).trim();
}

/** False, and says so, where there is no Python; where services are required it throws instead. */
export function pythonOrSkip(): boolean {
  try {
    return standardLibrary() !== "";
  } catch (error) {
    if (requiredServices().size > 0) throw error;
    process.stderr.write("skipped: python3 is not installed, so there is no standard library to push\n");
    return false;
  }
}

const LEFT_OUT = new Set(["__pycache__", "site-packages", "dist-packages"]);

/** Copies the Python standard library as it is installed here, links and programs included. */
export function copyStandardLibrary(destination: string): void {
  cpSync(standardLibrary(), destination, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => !LEFT_OUT.has(basename(source)),
  });
}

/** Copies the installed packages: `node_modules` with its links to programs. */
export function copyInstalledPackages(destination: string): void {
  cpSync(join(installedPackages(), "node_modules"), destination, { recursive: true, verbatimSymlinks: true });
}
