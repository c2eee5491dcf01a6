// `npm run services [-- --nightly]`: makes the programs of the catalogue present, one after the other, one line each,
// and says how long all of it took. Without --nightly those that only nightly runs use are left out.
import { catalogue, everydayServiceNames, serviceNames } from "./catalogue.mjs";
import { installDebian } from "./install-debian.mjs";
import { installGo } from "./install-go.mjs";
import { installNpm } from "./install-npm.mjs";
import { installPython } from "./install-python.mjs";
import { programPath, serviceIsInstalled } from "./locate.mjs";

const NAME_WIDTH = Math.max(...serviceNames.map((name) => name.length)) + 1;

/**
 * @param {string} name
 * @returns {Promise<boolean>} whether the service is there now
 */
async function ensure(name) {
  const started = Date.now();
  /** @param {string} word @param {string} detail */
  const say = (word, detail) => {
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    process.stdout.write(
      `${name.padEnd(NAME_WIDTH)} ${word.padEnd(8)} ${seconds.padStart(6)} s  ${detail}\n`,
    );
  };
  if (serviceIsInstalled(name)) {
    say("present", programPath(name) ?? "");
    return true;
  }
  try {
    const service = catalogue[name];
    if (service?.from === "go") await installGo(name, service);
    if (service?.from === "debian") await installDebian(service);
    if (service?.from === "npm") await installNpm(service);
    if (service?.from === "python") await installPython(service);
    if (!serviceIsInstalled(name)) throw new Error("the program is still not there");
    say("built", programPath(name) ?? "");
    return true;
  } catch (error) {
    say("failed", error instanceof Error ? error.message : String(error));
    return false;
  }
}

const names = process.argv.includes("--nightly") ? serviceNames : everydayServiceNames;
const started = Date.now();
let missing = 0;
for (const name of names) {
  if (!(await ensure(name))) missing += 1;
}
const seconds = ((Date.now() - started) / 1000).toFixed(1);
process.stdout.write(`${names.length - missing} of ${names.length} services in ${seconds} s\n`);
process.exitCode = missing === 0 ? 0 : 1;
