import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { cacheFolder } from "@bale/tooling-services";

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

const LEFT_OUT = new Set(["__pycache__", "site-packages", "dist-packages"]);

/** Copies the Python standard library as it is installed here, links and programs included. */
export function copyStandardLibrary(destination: string): void {
  const print = "import sysconfig; print(sysconfig.get_paths()['stdlib'])";
  const folder = execFileSync("python3", ["-c", print], { encoding: "utf8" }).trim();
  cpSync(folder, destination, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => !LEFT_OUT.has(basename(source)),
  });
}

/** Copies the installed packages: `node_modules` with its links to programs. */
export function copyInstalledPackages(destination: string): void {
  cpSync(join(installedPackages(), "node_modules"), destination, { recursive: true, verbatimSymlinks: true });
}
