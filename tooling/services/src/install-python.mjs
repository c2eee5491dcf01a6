import { join } from "node:path";
import { installPackage } from "./install-package.mjs";

/**
 * Installs a Python package into an environment of its own. What is started from there is its interpreter with `-m`:
 * the programs beside it name the folder in which they were made.
 * @param {import("./catalogue.mjs").PythonPackage} service
 */
export async function installPython(service) {
  await installPackage(service, (staging) => {
    const python = join(staging, "bin", "python");
    const flags = ["--quiet", "--no-input", "--disable-pip-version-check"];
    return [
      ["python3", "-m", "venv", staging],
      [
        ...[python, "-m", "pip", "install", ...flags],
        ...[`${service.package}==${service.version}`, ...(service.also ?? [])],
      ],
    ];
  });
}
