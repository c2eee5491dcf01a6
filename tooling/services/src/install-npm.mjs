import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { installPackage } from "./install-package.mjs";

/**
 * Installs an npm package and what it depends on, without running any script of theirs.
 * @param {import("./catalogue.mjs").NpmPackage} service
 */
export async function installNpm(service) {
  await installPackage(service, (staging) => {
    // npm would otherwise look for a project in the folders above.
    writeFileSync(join(staging, "package.json"), '{ "private": true }\n');
    const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--no-package-lock"];
    return [["npm", "install", ...flags, `${service.package}@${service.version}`]];
  });
}
