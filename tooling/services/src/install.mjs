// `npm run services`: makes every program of the catalogue present, one after the other, one line each.
import { catalogue } from "./catalogue.mjs";
import { installDebian } from "./install-debian.mjs";
import { installGo } from "./install-go.mjs";
import { programPath, serviceIsInstalled } from "./locate.mjs";

/**
 * @param {string} name
 * @returns {Promise<boolean>} whether the service is there now
 */
async function ensure(name) {
  const started = Date.now();
  /** @param {string} word @param {string} detail */
  const say = (word, detail) => {
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    process.stdout.write(`${name.padEnd(16)} ${word.padEnd(8)} ${seconds.padStart(6)} s  ${detail}\n`);
  };
  if (serviceIsInstalled(name)) {
    say("present", programPath(name) ?? "");
    return true;
  }
  try {
    const service = catalogue[name];
    if (service?.from === "go") await installGo(name, service);
    if (service?.from === "debian") await installDebian(service);
    if (!serviceIsInstalled(name)) throw new Error("the program is still not there");
    say("built", programPath(name) ?? "");
    return true;
  } catch (error) {
    say("failed", error instanceof Error ? error.message : String(error));
    return false;
  }
}

let missing = 0;
for (const name of Object.keys(catalogue)) {
  if (!(await ensure(name))) missing += 1;
}
process.exitCode = missing === 0 ? 0 : 1;
